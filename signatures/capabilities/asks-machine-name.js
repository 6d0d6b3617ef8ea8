// ruleid: asks-machine-name
const h = os.hostname();
// ruleid: asks-machine-name
const { hostname: h } = require("os");
// ruleid: asks-machine-name
const c = process.env.COMPUTERNAME;
// ruleid: asks-machine-name
execSync("hostname");
// ok: asks-machine-name
const h = url.hostname;
// ok: asks-machine-name
https.get({ hostname: "files.example.test" });
