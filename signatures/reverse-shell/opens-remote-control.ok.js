const https = require("https");
https.get("https://files.example.test/tool.tgz", (reply) => reply.pipe(process.stdout));
