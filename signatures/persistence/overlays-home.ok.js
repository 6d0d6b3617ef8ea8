const os = require("os");
require("fs").cpSync("skeleton", `${os.homedir()}/.tool`, { recursive: true });
