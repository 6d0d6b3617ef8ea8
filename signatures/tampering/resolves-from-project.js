// ruleid: resolves-from-project
const at = createRequire(base + "/package.json").resolve(name);
// ok: resolves-from-project
const own = require.resolve("./lib/own.js");
