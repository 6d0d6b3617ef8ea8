const fs = require("fs");
const { spawn } = require("child_process");
const place = `${require("os").tmpdir()}/${Date.now()}`;
fs.writeFileSync(place, body);
spawn(place, ["--daemon"]);
