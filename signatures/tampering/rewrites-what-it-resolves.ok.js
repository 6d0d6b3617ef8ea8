const fs = require("fs");
const { createRequire } = require("module");
const file = createRequire(process.env.INIT_CWD + "/package.json").resolve("typescript");
fs.writeFileSync(__dirname + "/where.json", JSON.stringify(file));
