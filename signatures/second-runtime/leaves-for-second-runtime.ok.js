const { execFileSync } = require("child_process");

const lockfile = process.argv[2];
console.log(execFileSync("bun", [lockfile]));
