const fs = require("fs");
const join = require("path").join;
function cut(head) {
  // ruleid: overwrites-each-file
  for (const name of fs.readdirSync(head)) fs.truncateSync(name, 0);
}
function walk(top) {
  // ruleid: overwrites-each-file
  for (const entry of fs.readdirSync(top, { withFileTypes: true }))
    entry.isDirectory() ? walk(join(top, entry.name)) : fs.writeFileSync(join(top, entry.name), "x");
}
function copy(from, to) {
  // ok: overwrites-each-file
  for (const name of fs.readdirSync(from)) fs.writeFileSync(join(to, name), fs.readFileSync(join(from, name)));
}
// ruleid: overwrites-each-file
const calm = (file) => kinds.test(file) && fs.writeFileSync(file, "nothing");
for (const entry of fs.readdirSync(top, { withFileTypes: true })) calm(path.join(top, entry.name));
// ok: overwrites-each-file
fs.writeFileSync(stamp, "done");
const names = fs.readdirSync(dist);
