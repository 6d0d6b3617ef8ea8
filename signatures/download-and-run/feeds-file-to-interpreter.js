const { spawn } = require("child_process");
const child = spawn("python3", ["-"], { stdio: ["pipe", "ignore", "ignore"] });
require("fs").createReadStream(require("path").join(__dirname, "geo.dat")).pipe(child.stdin);
