// ruleid: gives-exec-a-list
exec(name, ["--version"], done);
// ok: gives-exec-a-list
exec("git", ["--version"], done);
// ok: gives-exec-a-list
exec(text, done);
