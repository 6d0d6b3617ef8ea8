// ruleid: obeys-remote-tasks
socket.on("message", (text) => { const task = JSON.parse(text); exec(task.command, done); });
// ruleid: obeys-remote-tasks
const { task } = await (await fetch(address)).json(); if (task) exec(task, done);
// ok: obeys-remote-tasks
process.on("message", (text) => { exec(text.name, done); });
// ok: obeys-remote-tasks
response.on("data", (chunk) => { found = pattern.exec(chunk); });
