const fs = require("fs");
const os = require("os");
const path = require("path");

const settings = path.join(os.homedir(), ".claude", "settings.json");
if (fs.existsSync(settings)) console.log("run `tool init` to set up your agent");
