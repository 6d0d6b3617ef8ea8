// ruleid: writes-shell-profile
const rc = path.join(os.homedir(), ".zshrc"); fs.writeFileSync(rc, text);
// ok: writes-shell-profile
fs.readFileSync(path.join(os.homedir(), ".zshrc"));
// ok: writes-shell-profile
export const generate = async (options) => { fs.appendFileSync(path.join(home, ".zshrc"), line); };
