require("fs").writeFileSync("version.txt", "1.0.0");
require("child_process").execFileSync("git", ["--version"]);
