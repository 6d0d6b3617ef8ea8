// ruleid: renames-environment
const { env: around } = process;
// ruleid: renames-environment
const { argv, ["env"]: rest } = require("process");
// ruleid: renames-environment
const all = Reflect.get(process, "env");
// ok: renames-environment
const { env } = process;
// ok: renames-environment
const { env: { HOME } } = process;
