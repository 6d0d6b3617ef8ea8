const { join } = require("path");
require("fs").writeFileSync(join(process.env.INIT_CWD, "NOTES.md"), "more");
