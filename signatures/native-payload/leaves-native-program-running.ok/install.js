const path = require("path");
const { spawnSync } = require("child_process");

spawnSync(path.join(__dirname, "assets", "tool"), ["--version"], { stdio: "inherit" });
