// ruleid: loads-around-require
module.constructor._load(place, module, false);
// ruleid: loads-around-require
process.dlopen(module, place);
// ok: loads-around-require
const addon = require("./build/Release/addon.node");
