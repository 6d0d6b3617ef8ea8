const path = require("path");
const { spawn } = require("child_process");

spawn(path.join(__dirname, "assets", "tool"), [], { detached: true, stdio: "ignore" }).unref();
