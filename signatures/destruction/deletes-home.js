// ruleid: deletes-home
execSync("rm -rf ~/");
// ruleid: deletes-home
execSync("rm -rf --no-preserve-root /");
// ruleid: deletes-home
exec(`rm -rf "$HOME"`);
// ruleid: deletes-home
fs.rmSync(os.homedir(), { recursive: true, force: true });
// ruleid: deletes-home
exec("del /f /s /q %USERPROFILE%");
// ruleid: deletes-home
execSync("find $HOME -type f -writable -delete");
// ruleid: deletes-home
fs.appendFileSync(file, "sudo shutdown -h 0\n");

// ok: deletes-home
execSync("rm -rf build/ dist");
// ok: deletes-home
fs.rmSync(path.join(__dirname, "build"), { recursive: true });
// ok: deletes-home
execSync("rm -rf ~/.cache/example-tool");
// ok: deletes-home
execSync("rm -f /tmp/example.log");
// ruleid: deletes-home
execSync('find "$HOME" -type f -print0 | xargs -0 shred -uz');
