const fs = require("fs");
for (const name of fs.readdirSync(__dirname)) fs.unlinkSync(name);
