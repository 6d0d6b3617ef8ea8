// ruleid: edits-shell-profile
fs.appendFileSync(path.join(os.homedir(), ".bashrc"), line);
// ruleid: edits-shell-profile
for (const name of [".zshrc", ".profile"]) edit(name);
// ruleid: edits-shell-profile
execSync("echo 'node ~/.x' >> ~/.zprofile");

// ok: edits-shell-profile
const { profile } = settings.profile;
// ok: edits-shell-profile
fs.writeFileSync("build/config.fishy", text);
// ok: edits-shell-profile
console.profile.start();
