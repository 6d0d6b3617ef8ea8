const fs = require("fs");
const os = require("os");
const path = require("path");

const folder = path.join(__dirname, ".vscode");
fs.writeFileSync(path.join(folder, "settings.json"), "{}");
