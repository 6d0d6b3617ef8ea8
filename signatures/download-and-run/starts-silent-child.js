// ruleid: starts-silent-child
spawn(process.execPath, [file], { detached: true, stdio: "ignore" }).unref();
// ruleid: starts-silent-child
fork(file, [], { stdio: ["ignore", "ignore", "ignore", "ipc"], detached: true });
// ok: starts-silent-child
spawn("make", [], { stdio: "inherit" });
// ok: starts-silent-child
export function report() { return spawn(process.execPath, [file], { detached: true, stdio: "ignore" }); }
