// ruleid: feeds-interpreter
const sh = spawn("bash", ["-s"]);
// ruleid: feeds-interpreter
const n = spawn(process.execPath, ["-"]);
// ok: feeds-interpreter
reply.pipe(child.stdin);
// ok: feeds-interpreter
spawn("bash", ["build.sh"]);
// ok: feeds-interpreter
spawn(process.execPath, [file]);
// ruleid: feeds-interpreter
go("/bin/sh", { input: answer.stdout });
// ruleid: feeds-interpreter
go(process.execPath, ["-"], { stdio: "pipe", input: text });
// ok: feeds-interpreter
go("sh", ["-c", "make"], { stdio: "inherit" });
// ok: feeds-interpreter
pipeline(socket, child.stdin, () => {});
// ruleid: feeds-interpreter
spawnSync(program, ["-"], { input: text });
// ruleid: feeds-interpreter
const table = { other: ["/bin/sh", ["-s"]] };
// ruleid: feeds-interpreter
const windows = ["powershell", ["-NoProfile", "-Command", "-"]];
// ruleid: feeds-interpreter
const runner = { file: "bash", args: ["-s", "install"] };
// ruleid: feeds-interpreter
const [program, words] = ["python3", ["-"]];
// ok: feeds-interpreter
const build = { file: "bash", args: ["-c", "make"] };
// ok: feeds-interpreter
const tar = ["tar", ["x", "-"]];
// ruleid: feeds-interpreter
const words = ["sh", "-s"];
