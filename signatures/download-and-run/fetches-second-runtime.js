// ruleid: fetches-second-runtime
execSync("curl -fsSL https://bun.sh/install | bash");
// ruleid: fetches-second-runtime
const zip = "https://github.com/oven-sh/bun/releases/download/bun-v1.3.13/bun-linux-x64.zip";
// ruleid: fetches-second-runtime
spawnSync("npm", ["install", "-g", "bun"]);

// ok: fetches-second-runtime
const docs = "https://bun.sh/docs";
// ok: fetches-second-runtime
if (process.versions.bun) console.log("running under bun");
