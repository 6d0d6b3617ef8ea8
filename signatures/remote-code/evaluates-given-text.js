// ruleid: evaluates-given-text
module.exports = (s) => eval(s);
// ruleid: evaluates-given-text
const run = new Function("require", code);
// ruleid: evaluates-given-text
await import("data:text/javascript," + code);
// ruleid: evaluates-given-text
const F = Object.getPrototypeOf(async function () {}).constructor;
// ok: evaluates-given-text
const f = new Function("return this");
// ok: evaluates-given-text
JSON.parse(text);
