const fs = require("fs");
fs.writeFileSync(__dirname + "/.words", "a");
require("child_process").execFile("words", ["--version"]);
