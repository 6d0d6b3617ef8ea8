// ruleid: starts-what-it-wrote
fs.writeFileSync(dest, data);
cp.spawn(dest, []);
// ruleid: starts-what-it-wrote
fs.writeFileSync(dir + "/next.js", data);
require("./next.js");
// ok: starts-what-it-wrote
fs.writeFileSync(dest, data);
cp.spawn(dest, ["--version"]);
// ok: starts-what-it-wrote
fs.writeFileSync(dest, data);
cp.spawn("make");
