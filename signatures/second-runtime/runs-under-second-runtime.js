// ruleid: runs-under-second-runtime
spawn("bun", ["run", file]);
// ruleid: runs-under-second-runtime
execSync("bun run index.js");
// ruleid: runs-under-second-runtime
const bun = path.join(os.homedir(), ".bun", "bin", "bun");
// ruleid: runs-under-second-runtime
execFileSync("./bun-linux-x64/bun", ["execution.js"]);
// ok: runs-under-second-runtime
execSync("bun --version");
// ok: runs-under-second-runtime
const runtime = process.versions.bun ? "bun" : "node";
// ok: runs-under-second-runtime
spawn("node", ["run.js"]);
