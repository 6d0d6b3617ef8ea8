// ruleid: weakens-defences
execSync("powershell Add-MpPreference -ExclusionPath C:\\");
// ruleid: weakens-defences
exec("ufw allow 22/tcp");
// ruleid: weakens-defences
spawn("netsh", ["advfirewall", "set", "allprofiles", "state", "off"]);
// ruleid: weakens-defences
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
// ruleid: weakens-defences
fs.appendFileSync("/etc/hosts", line);
// ruleid: weakens-defences
exec("sc stop WinDefend");
// ok: weakens-defences
if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === "0") warn();
// ok: weakens-defences
fs.readFileSync("/etc/hosts");
// ok: weakens-defences
execSync("chmod 755 bin/tool");
// ok: weakens-defences
exec("taskkill /pid " + child.pid);
