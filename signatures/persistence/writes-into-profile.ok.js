const { join } = require("path");
require("fs").writeFileSync(join(require("os").homedir(), ".toolrc"), "more");
