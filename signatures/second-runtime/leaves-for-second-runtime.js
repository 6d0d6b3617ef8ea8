const { spawn } = require("child_process");

const runtime = "/opt/runtime/bun";
const file = process.argv[2];
spawn(runtime, [file], { detached: true }).unref();
