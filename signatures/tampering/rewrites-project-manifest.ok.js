const { join } = require("path");
console.log(require("fs").readFileSync(join(process.env.INIT_CWD, "package.json"), "utf8"));
