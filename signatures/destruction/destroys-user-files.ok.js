const fs = require("fs");
const os = require("os");
const path = require("path");

function empty(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) empty(file);
    else fs.unlinkSync(file);
  }
}

empty(path.join(__dirname, "build"));
