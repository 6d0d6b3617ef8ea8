// ruleid: pipes-into-program
reply.pipe(child.stdin);
// ruleid: pipes-into-program
pipeline(socket, child.stdin, () => {});
// ok: pipes-into-program
process.stdin.pipe(child.stdin);
// ok: pipes-into-program
reply.pipe(file);
