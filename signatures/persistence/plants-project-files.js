// ruleid: plants-project-files
put(".github/workflows/a.yml", text);
// ok: plants-project-files
fs.writeFileSync(path.join(root, ".git", "hooks", "post-checkout"), text);
// ok: plants-project-files
fs.readFileSync(".github/workflows/a.yml");
// ok: plants-project-files
console.error("could not write .git/hooks/pre-commit");
