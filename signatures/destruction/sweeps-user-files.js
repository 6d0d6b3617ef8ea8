// ruleid: sweeps-user-files
walk(require("os").homedir());
const home = process.env.HOME || process.env.USERPROFILE;
// ruleid: sweeps-user-files
fs.readdirSync(home);
// ruleid: sweeps-user-files
scan(path.join(os.homedir(), "Documents"));

// ok: sweeps-user-files
walk(path.join(__dirname, "src"));
// ok: sweeps-user-files
fs.readdirSync(path.join(os.homedir(), ".cache", "tool"));
// ok: sweeps-user-files
fs.readdirSync(__dirname);
// ruleid: sweeps-user-files
walk(path.join(os.homedir(), "work"));
// ok: sweeps-user-files
walk(path.join(os.homedir(), "AppData/Local/tool"));
// ok: sweeps-user-files
walk(path.join(root, "work"));
