// ruleid: loads-code-runner
const machine = require("vm");
// ruleid: loads-code-runner
const other = require("v" + "m");
// ok: loads-code-runner
const vm2 = require("./vm");
