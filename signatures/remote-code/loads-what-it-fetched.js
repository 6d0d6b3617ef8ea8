const fs = require("fs");
const { createRequire } = require("module");
async function load(entry) {
  const folder = __dirname + "/parts/" + entry.id + "/";
  fs.writeFileSync(folder + "index.js", await (await fetch(entry.href)).text());
  return createRequire(folder)("./index.js");
}
load(JSON.parse(process.argv[2]));
