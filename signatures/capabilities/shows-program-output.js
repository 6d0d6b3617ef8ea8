// ruleid: shows-program-output
child.stdout.pipe(process.stdout);
// ruleid: shows-program-output
program.stdout.pipe(process_1.stdout);
// ok: shows-program-output
socket.pipe(child.stdin);
// ok: shows-program-output
child.stdout.pipe(socket);
