const { spawn } = require("child_process");
const tool = Buffer.from(process.argv[2] || "", "hex").toString();
spawn(tool, [], { detached: true, stdio: "ignore" }).unref();
