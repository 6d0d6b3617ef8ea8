const { rmSync } = require("fs");
const { homedir } = require("os");
rmSync(require("path").join(homedir(), ".cache", "example"), { recursive: true });
