require("https").get("https://files.invalid/core", (answer) => answer.resume());
