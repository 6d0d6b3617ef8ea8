// ruleid: calls-by-next-number
while (at < code.length) table[next()]();
// ruleid: calls-by-next-number
for (;;) steps[code[at++]](stack);
// ruleid: calls-by-next-number
table[reader.next()].call(machine, stack);
// ok: calls-by-next-number
table[kind](value);
// ok: calls-by-next-number
const one = table[next()];
