// ruleid: pushes-to-git
execSync("git add -A && git commit -qm update && git push -q");
// ruleid: pushes-to-git
git(["commit", "-m", "wip"]); git(["push", "origin", "HEAD"]);
// ok: pushes-to-git
console.log("commit and push your changes");
// ok: pushes-to-git
execSync("git rev-parse HEAD");
