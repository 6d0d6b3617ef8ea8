const { spawn } = require("child_process");
// ruleid: starts-misnamed-script
spawn("python3", ["share/words.dat"]);
// ruleid: starts-misnamed-script
spawn(process.execPath, [path.join(__dirname, "notes.txt")]);
// ruleid: starts-misnamed-script
require("./banner.png");
// ok: starts-misnamed-script
spawn("python3", ["tool.py", "words.dat"]);
// ok: starts-misnamed-script
const data = require("./words.json");
// ok: starts-misnamed-script
fs.readFileSync("./notes.txt");
