const { join } = require("path");
const kind = "autostart";
require("fs").appendFileSync(join(require("os").homedir(), `.config/${kind}/a.desktop`), "more");
