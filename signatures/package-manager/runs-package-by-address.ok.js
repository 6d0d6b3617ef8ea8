require("child_process").spawnSync("npm", ["install", "left-pad@1.3.0"]);
