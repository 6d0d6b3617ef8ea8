const { spawn } = require("child_process");
const child = spawn("patch", ["-p1"], { stdio: ["pipe", "inherit", "inherit"] });
require("fs").createReadStream("a.patch").pipe(child.stdin);
