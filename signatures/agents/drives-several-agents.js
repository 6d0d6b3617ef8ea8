const { spawnSync } = require("child_process");
for (const tool of ["claude", "gemini"]) spawnSync(tool, ["-p", words]);
