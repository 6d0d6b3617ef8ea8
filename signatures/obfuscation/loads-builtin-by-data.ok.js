const path = require("node:path");
console.log(path.sep);
