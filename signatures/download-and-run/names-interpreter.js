// ruleid: names-interpreter
const table = { win32: "powershell.exe", other: "/bin/sh" };
// ruleid: names-interpreter
const shell = process.env.SHELL;
// ruleid: names-interpreter
const [file] = ["python3"];
// ok: names-interpreter
const file = "sharp";
// ok: names-interpreter
const text = "started by sh";
// ruleid: names-interpreter
run(["powershell", "-command", "Expand-Archive win.zip out; iex $input"]);
// ruleid: names-interpreter
run(["powershell", "-command", "Expand-Archive win.zip out", "-"]) && run(["powershell", "-"]);
// ok: names-interpreter
run(["powershell", "-command", "Expand-Archive -Force win.zip out"], { cwd: folder });
