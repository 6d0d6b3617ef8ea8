// ruleid: hides-program-in-command
execFile("node", ["-e", "fetch(address)"]);
// ok: hides-program-in-command
execFile("node", ["-e", "console.log(1)"]);
