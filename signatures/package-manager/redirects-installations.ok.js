const fs = require("fs");
const os = require("os");
const path = require("path");

fs.writeFileSync(path.join(__dirname, "work", ".npmrc"), "package-lock=false");
