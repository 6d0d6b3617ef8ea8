// ruleid: plants-runtime-options
process.env.NODE_OPTIONS = "--require " + file;
// ruleid: plants-runtime-options
Object.prototype.shell = "/tmp/sh";
// ruleid: plants-runtime-options
fs.appendFileSync(profile, "export NODE_OPTIONS=--import=/tmp/h.mjs");
// ok: plants-runtime-options
const env = { NODE_OPTIONS: "--max-old-space-size=4096" };
// ok: plants-runtime-options
if (process.env.LD_PRELOAD) warn();
