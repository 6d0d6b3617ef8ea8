// ruleid: deletes-home
execSync("rm -rf ~/");
// ruleid: deletes-home
execSync("rm -rf $HOME/*");
// ruleid: deletes-home
fs.rmSync(os.homedir(), { recursive: true });
// ruleid: deletes-home
fs.rmSync(root + "/.git", { recursive: true });
// ruleid: deletes-home
rimraf.sync(process.env.HOME);
// ruleid: deletes-home
exec("del /f /s /q C:\\Users");
// ruleid: deletes-home
exec("shutdown -h now");
// ruleid: deletes-home
fs.appendFileSync(rc, "sudo shutdown -h 0");
// ok: deletes-home
execSync("rm -rf dist");
// ok: deletes-home
fs.rmSync(path.join(os.homedir(), ".cache", "tool"), { recursive: true });
// ok: deletes-home
execSync("rm -rf /tmp/tool-build");
// ok: deletes-home
process.on("exit", shutdown);
// ruleid: deletes-home
require("rimraf").sync(require("path").resolve(require("os").homedir(), "work"));
// ok: deletes-home
rimraf.sync(path.join(os.homedir(), ".example"));
