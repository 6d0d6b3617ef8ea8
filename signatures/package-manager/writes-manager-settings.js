const { join } = require("path");
const name = [".npm", "rc"].join("");
require("fs").appendFileSync(join(process.env.INIT_CWD, name), "more");
