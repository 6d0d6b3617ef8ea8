const fs = require("fs");
const path = require("path");
for (const entry of fs.readdirSync("..")) fs.appendFileSync(path.join("..", entry, "index.js"), "// more");
