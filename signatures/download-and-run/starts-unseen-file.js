const fs = require("fs");
const { spawn } = require("child_process");
const place = process.argv[2];
fs.writeFileSync(place, body);
spawn(place, ["--daemon"]);
