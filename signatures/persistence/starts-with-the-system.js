// ruleid: starts-with-the-system
execSync("(crontab -l; echo '@reboot node /tmp/x') | crontab -");
// ruleid: starts-with-the-system
fs.writeFileSync("/etc/cron.d/update", line);
// ruleid: starts-with-the-system
fs.writeFileSync(home + "/.config/systemd/user/helper.service", unit);
// ruleid: starts-with-the-system
spawnSync("systemctl", ["--user", "enable", "helper"]);
// ruleid: starts-with-the-system
fs.writeFileSync(path.join(home, "Library", "LaunchAgents", "com.example.plist"), plist);
// ruleid: starts-with-the-system
exec("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x /d y");
// ruleid: starts-with-the-system
exec("schtasks /create /sc minute /tn update /tr node");
// ruleid: starts-with-the-system
fs.appendFileSync(path.join(home, ".ssh", "authorized_keys"), key);
// ruleid: starts-with-the-system
const entry = path.join(home, ".config", "autostart", "helper.desktop");

// ok: starts-with-the-system
const schedule = require("./cron");
// ok: starts-with-the-system
execSync("reg query HKLM\\Software\\Microsoft\\VisualStudio");
// ok: starts-with-the-system
runNow("systemctl is-active docker");

// ok: starts-with-the-system
cp.execSync('ls /etc/init.d/ -m 2> /dev/null');
// ruleid: starts-with-the-system
cp.execSync('cp x-inert-none /etc/init.d/');
// ruleid: starts-with-the-system
s.run(["cron" + "tab", "-"]);
