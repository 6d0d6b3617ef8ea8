// ruleid: starts-processes
const cp = require("child_process");
// ruleid: starts-processes
import { spawnSync } from "node:child_process";
// ruleid: starts-processes
import execa from "execa";
// ruleid: starts-processes
const { exec } = await import("child_process");
// ruleid: starts-processes
const hidden = process.mainModule.require("child_" + "process");
// ruleid: starts-processes
process.binding("spawn_sync");
// ruleid: starts-processes
process.dlopen(module, file);

// ok: starts-processes
const match = /x/.exec(text);
// ok: starts-processes
const local = require("./child_process");
