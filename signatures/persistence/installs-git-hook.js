// ruleid: installs-git-hook
fs.writeFileSync(path.join(root, ".git", "hooks", "pre-commit"), hook);
// ruleid: installs-git-hook
execSync("git config core.hooksPath .husky");

// ok: installs-git-hook
const hooks = require("./hooks");
// ok: installs-git-hook
const url = "https://example.test/a.git";
