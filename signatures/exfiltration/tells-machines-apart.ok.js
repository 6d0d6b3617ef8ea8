const os = require("os");
const { createHash } = require("crypto");
const machine = createHash("sha256").update(os.hostname()).digest("hex");
require("fs").writeFileSync("cache-key", machine);
