const home = os.homedir();
// ruleid: deletes-home-in-steps
fs.rmSync(home, { recursive: true, force: true });
// ruleid: deletes-home-in-steps
wipe("/");
// ruleid: deletes-home-in-steps
fs.rmSync(path.join(home, "Documents"), { recursive: true });
const start = process.env.HOME || process.env.USERPROFILE;
// ruleid: deletes-home-in-steps
rimraf(start, done);

// ok: deletes-home-in-steps
fs.rmSync(path.join(home, ".cache", "tool"), { recursive: true });
// ok: deletes-home-in-steps
fs.rmSync(path.join(__dirname, "build"), { recursive: true });
// ok: deletes-home-in-steps
fs.rmSync(path.join(require("os").homedir(), ".cache", "tool"), { recursive: true });
// ok: deletes-home-in-steps
find(home);
