// ruleid: calls-by-hidden-name
const cp = require("child_process");
const verb = names[3];
cp[verb]("tool");
// ruleid: calls-by-hidden-name
require("child_process")[verb]("tool");
// ok: calls-by-hidden-name
const other = require("child_process");
other[wait ? "spawnSync" : "spawn"]("tool");
// ruleid: calls-by-hidden-name
const { [verb]: go } = require("child_process");
// ok: calls-by-hidden-name
const { exec: again } = require("child_process");
