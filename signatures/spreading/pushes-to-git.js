// ruleid: pushes-to-git
execSync("git add -A && git commit -qm update && git push -q");
// ruleid: pushes-to-git
git(["commit", "-m", "wip"]); git(["push", "origin", "HEAD"]);
// ok: pushes-to-git
console.log("commit and push your changes");
// ok: pushes-to-git
execSync("git rev-parse HEAD");
// ruleid: pushes-to-git
const git = (...words) => spawnSync("git", words);
runGit("push", remote, "HEAD");
// ok: pushes-to-git
const known = ["push", "pull"];
// ruleid: pushes-to-git
const lib = require("simple-git")(dir);
lib.commit("x").then(() => lib.push("origin", "HEAD"));
