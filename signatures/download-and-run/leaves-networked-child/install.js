const cp = require("child_process");
const child = cp.execFile(place, words, { windowsHide: true }, () => {});
child.unref();
require("./fetch");
