const fs = require("fs");
const os = require("os");
const path = require("path");

const neighbour = path.join(__dirname, "..", "neighbour", "index.js");
if (fs.existsSync(neighbour)) fs.writeFileSync(path.join(__dirname, "found.json"), "true");
