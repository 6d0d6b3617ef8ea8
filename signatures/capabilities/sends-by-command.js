// ruleid: sends-by-command
execFileSync("curl", ["-d", text, address]);
// ok: sends-by-command
execSync("curl -sO https://files.example.test/a");
