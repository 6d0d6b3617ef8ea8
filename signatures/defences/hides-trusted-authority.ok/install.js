const { spawnSync } = require("child_process");
require("./make");
spawnSync("certutil", ["-user", "-addstore", "Root", "own.crt"], { stdio: "inherit" });
