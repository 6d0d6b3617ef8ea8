// ruleid: starts-hidden
spawn(node, [file], { stdio: "ignore" });
// ok: starts-hidden
spawn(node, [file], { stdio: "inherit" });
