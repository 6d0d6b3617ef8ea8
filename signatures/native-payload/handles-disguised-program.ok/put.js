const { copyFileSync } = require("fs");
module.exports = copyFileSync;
