const open = require("open");
const fs = require("fs");
fetch("https://a.example.test/f").then(async (reply) => {
  fs.writeFileSync("f.zip", Buffer.from(await reply.arrayBuffer()));
  await open("f.zip");
});
