// ruleid: types-into-program
child.stdin.write(body);
// ruleid: types-into-program
stdin.end(await reply.text());
// ruleid: types-into-program
reply.pipe(child.stdin);
// ruleid: types-into-program
await pipeline(reply.body, gunzip, stdin);
// ruleid: types-into-program
return { input: child.stdin, close };
// ruleid: types-into-program
const open = () => spawn(file, args).stdin;
// ok: types-into-program
child.stdin.end();
// ok: types-into-program
child.stdin.write("y\n");
// ok: types-into-program
process.stdin.on("data", read);
// ok: types-into-program
const asking = readline.createInterface({ input: process.stdin, output: process.stdout });
// ok: types-into-program
server.pipe(process.stdin);
// ok: types-into-program
const input = () => process.stdin;
