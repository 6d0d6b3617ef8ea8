// ruleid: writes-package-manager-settings
fs.appendFileSync(os.homedir() + "/.npmrc", "\nregistry=https://r.example.test/");
// ruleid: writes-package-manager-settings
fs.writeFileSync(path.join(process.env.INIT_CWD, ".yarnrc.yml"), text);
// ruleid: writes-package-manager-settings
fs.copyFileSync("settings", `${home}/.gitconfig`);
// ok: writes-package-manager-settings
fs.readFileSync(path.join(root, ".npmrc"));
// ok: writes-package-manager-settings
fs.copyFileSync(path.join(root, ".npmrc"), "settings");
