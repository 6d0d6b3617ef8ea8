const { join } = require("path");
const file = join(process.env.INIT_CWD, "package.json");
require("fs").writeFileSync(file, JSON.stringify({ overrides: {} }));
