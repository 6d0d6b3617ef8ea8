const { spawnSync } = require("child_process");
spawnSync("codex", ["--help"]);
