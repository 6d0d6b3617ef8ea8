const { createHash } = require("crypto");
const { spawn } = require("child_process");
spawn("make", [createHash("sha256").digest("hex")]);
