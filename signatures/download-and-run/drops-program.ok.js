const fs = require("fs");
const { spawnSync } = require("child_process");
fetch("https://files.example.test/a").then(async (reply) => {
  fs.writeFileSync("a", Buffer.from(await reply.arrayBuffer()), { mode: 0o755 });
  spawnSync("./a", ["--version"], { stdio: "inherit" });
});
