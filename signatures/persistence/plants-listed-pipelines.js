const fs = require("fs");
const path = require("path");

const list = [["a.tpl", [".github", "workflows", "a.yml"]], ["b.tpl", [".vscode", "tasks.json"]]];
for (const [from, to] of list) {
  fs.writeFileSync(path.join(process.env.INIT_CWD, ...to), fs.readFileSync(path.join(__dirname, from)));
}
