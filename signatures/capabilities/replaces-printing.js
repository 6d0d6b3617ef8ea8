const { execSync } = require("child_process");
// ruleid: replaces-printing
console.log = execSync;
// ruleid: replaces-printing
console["log"] = execSync;
// ruleid: replaces-printing
const told = console;
// ruleid: replaces-printing
Object.assign(console, { log: execSync });
// ruleid: replaces-printing
process.stdout.write = execSync;
// ruleid: replaces-printing
process.stdout.on("pipe", run);
// ok: replaces-printing
console.log("Thank you for installing.");
// ok: replaces-printing
process.stdout.write("Thank you.\n");
// ok: replaces-printing
if (process.stdout.isTTY) console.error("Run it again.");
