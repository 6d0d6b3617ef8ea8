// ruleid: starts-detached
const child = spawn(node, [file], { detached: true });
// ruleid: starts-detached
child.unref();
// ok: starts-detached
spawn(node, [file], { detached: false });
