// ruleid: weakens-defences
exec("powershell Add-MpPreference -ExclusionPath C:\\");
// ruleid: weakens-defences
execSync("ufw allow 22/tcp");
// ruleid: weakens-defences
exec("netsh advfirewall set allprofiles state off");
// ruleid: weakens-defences
execSync("npm config set script-shell /tmp/x");

// ok: weakens-defences
execSync("npm config get registry");
// ok: weakens-defences
const preference = add(mp);
