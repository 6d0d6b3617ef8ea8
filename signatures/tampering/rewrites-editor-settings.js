const fs = require("fs");
const os = require("os");
const path = require("path");

const folder = path.join(process.env.INIT_CWD, ".vscode");
const change = (file, text) => fs.writeFileSync(file, text);
change(path.join(folder, "settings.json"), "{}");
