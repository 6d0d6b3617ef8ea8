// ruleid: starts-processes
const cp = require("child_process");
// ruleid: starts-processes
import { spawn } from "node:child_process";
// ruleid: starts-processes
process.dlopen(module, file);
// ok: starts-processes
const fs = require("fs");
