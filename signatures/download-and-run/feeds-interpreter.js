// ruleid: feeds-interpreter
const sh = spawn("bash", ["-s"]);
// ruleid: feeds-interpreter
const n = spawn(process.execPath, ["-"]);
// ruleid: feeds-interpreter
reply.pipe(child.stdin);
// ok: feeds-interpreter
spawn("bash", ["build.sh"]);
// ok: feeds-interpreter
spawn(process.execPath, [file]);
