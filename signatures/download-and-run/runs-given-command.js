// ruleid: runs-given-command
exec(task.cmd, done);
// ok: runs-given-command
const found = pattern.exec(text);
// ruleid: runs-given-command
spawn("sh", ["-c", text]);
// ok: runs-given-command
exec("make");
// ok: runs-given-command
const m = /a/.exec("b");
