const fs = require("fs");
fs.copyFileSync(from, to);
module.constructor._load(to, module, false);
