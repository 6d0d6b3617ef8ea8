// ruleid: obeys-remote-commands
socket.on("data", (given) => { exec(given.toString(), done); });
// ruleid: obeys-remote-commands
const told = await reply.text();
exec(told);
// ok: obeys-remote-commands
socket.on("data", (given) => { list.push(given); });
// ok: obeys-remote-commands
const told = await reply.text();
const m = /a/.exec(told);
