const https = require("https");
https.get("https://a.example.test/", (reply) => {
  let all = "";
  reply.on("data", (part) => (all += part)).on("end", () => console.log(all.constructor.name));
});
