const { join } = require("path");
require("fs").readFileSync(join(process.env.INIT_CWD, "package-lock.json"));
