const https = require("https");
// ruleid: reads-answers
fetch("https://a.example.test/").then((reply) => reply.text());
https.get("https://a.example.test/", (reply) => {
  let all = "";
  // ruleid: reads-answers
  reply.on("data", (part) => (all += part));
});
// ok: reads-answers
https.get("https://a.example.test/f.tgz", (reply) => reply.pipe(require("fs").createWriteStream("f.tgz")));
// ok: reads-answers
const where = (reply) => reply.headers.location;
