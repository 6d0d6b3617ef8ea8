// ruleid: evaluates-text
eval(text);
// ruleid: evaluates-text
new Function("require", body)(require);
// ruleid: evaluates-text
Function(body)();
// ruleid: evaluates-text
[].constructor.constructor(body)();
// ruleid: evaluates-text
const run = eval;
// ruleid: evaluates-text
pass(eval);
// ruleid: evaluates-text
eval.call(null, text);
// ruleid: evaluates-text
vm.runInThisContext(text);
// ruleid: evaluates-text
new vm.Script(text);
// ruleid: evaluates-text
module._compile(text, "x");
// ruleid: evaluates-text
new Worker(text, { eval: true });
// ruleid: evaluates-text
spawn(process.execPath, ["-e", text], { detached: true });
// ruleid: evaluates-text
cp.spawn("node", ["--eval", text]);

// ok: evaluates-text
const root = Function("return this")();
// ok: evaluates-text
const load = eval("require");
// ok: evaluates-text
if (typeof value === "function" || value instanceof Function) value();
// ok: evaluates-text
spawnSync("node", ["-e", "process.exit(0)"]);
// ok: evaluates-text
evaluate(text);
