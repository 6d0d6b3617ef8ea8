const { spawnSync } = require("child_process");
spawnSync("make", [], { env: { ...process.env, JOBS: "2" } });
