require("child_process").execFileSync("git", ["--version"]);
