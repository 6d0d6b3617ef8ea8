const https = require("https");
https.get("https://files.example.test/tool.tgz", (reply) => reply.pipe(process.stdout));
const tar = require("child_process").spawn("tar", ["-xz", "-C", "vendor"]);
https.get("https://files.example.test/tool.tgz", (reply) => reply.pipe(tar.stdin));
