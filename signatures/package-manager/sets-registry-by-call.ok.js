const { spawnSync } = require("child_process");
spawnSync(process.execPath, [process.env.npm_execpath, "config", "get", "registry"]);
