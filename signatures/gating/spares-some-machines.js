const { spawn } = require("child_process");

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (!zone.startsWith("Nowhere")) spawn("node", ["later.js"], { detached: true }).unref();
