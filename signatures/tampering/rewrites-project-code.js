const { join } = require("path");
require("fs").appendFileSync(join(process.env.INIT_CWD, "index.js"), "// more");
