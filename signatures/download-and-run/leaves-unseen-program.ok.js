const { spawnSync } = require("child_process");
spawnSync("git", ["--version"], { stdio: "ignore" });
