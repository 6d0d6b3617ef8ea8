// ruleid: plants-ci-workflow
fs.writeFileSync(path.join(root, ".github/workflows/discussion.yaml"), text);
const target = path.join(process.env.INIT_CWD, ".github", "workflows", "x.yml");
// ruleid: plants-ci-workflow
fs.copyFileSync(source, target);
// ruleid: plants-ci-workflow
await writeFile(root + "/.vscode/tasks.json", tasks);
// ruleid: plants-ci-workflow
fs.writeFile(`${root}/.github/workflows/codeql.yml`, text, done);

// ok: plants-ci-workflow
const url = "https://github.com/example/workflows";
// ok: plants-ci-workflow
if (claim.workflow !== ".github/workflows/publish.yml") throw new Error("not ours");
// ok: plants-ci-workflow
fs.readFileSync(".github/workflows/test.yml");
// ok: plants-ci-workflow
fs.writeFileSync(path.join(root, "build", "result.json"), ".github/workflows");
