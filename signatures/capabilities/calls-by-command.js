// ruleid: calls-by-command
execFileSync("curl", ["-s", address]);
// ruleid: calls-by-command
exec("wget -q " + address);
// ok: calls-by-command
const curl = 1;
