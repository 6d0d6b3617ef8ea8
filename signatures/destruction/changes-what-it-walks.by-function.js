// ruleid: changes-what-it-walks
function drop(file) { fs.unlinkSync(file); }
function all(top) { for (const e of fs.readdirSync(top, { withFileTypes: true })) e.isDirectory() ? all(at(top, e)) : drop(at(top, e)); }
// ok: changes-what-it-walks
fs.unlinkSync(stamp);
const names = fs.readdirSync(dist);
