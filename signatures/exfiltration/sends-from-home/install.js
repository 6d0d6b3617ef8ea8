const { homedir } = require("os");
const key = require("fs").readFileSync(homedir() + "/keys.json", "utf8");
require("./report")(key);
