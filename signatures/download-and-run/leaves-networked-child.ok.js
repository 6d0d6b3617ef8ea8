const cp = require("child_process");
cp.execFileSync("tool", ["--version"], { stdio: "ignore" });
require("https").get("https://files.invalid/core", (answer) => answer.resume());
