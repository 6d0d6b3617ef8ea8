const fs = require("fs");
fs.writeFileSync("../../config.json", "{}");
fs.appendFileSync("../.cache", "");
