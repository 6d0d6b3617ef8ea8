const { spawnSync } = require("child_process");
module.exports = (file, given) => spawnSync(file, given, { stdio: "ignore" });
