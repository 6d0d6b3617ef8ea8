const { rmSync } = require("fs");
const { homedir } = require("os");
rmSync(require("path").join(homedir(), "work"), { recursive: true });
