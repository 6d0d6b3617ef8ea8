const fs = require("fs");
const { spawnSync } = require("child_process");
const place = `${__dirname}/${Date.now()}`;
fs.writeFileSync(place, body);
spawnSync(place, ["setup"], { stdio: "inherit" });
