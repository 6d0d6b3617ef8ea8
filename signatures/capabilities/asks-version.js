// ruleid: asks-version
spawnSync("git", ["--version"]);
// ok: asks-version
spawnSync("git", ["status"]);
