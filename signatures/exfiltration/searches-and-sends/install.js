const fs = require("fs");
const names = fs.readdirSync(start, { recursive: true });
require("./report")(names);
