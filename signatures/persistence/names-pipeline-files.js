// ruleid: names-pipeline-files
const place = [".github", "workflows", "check.yml"];
// ruleid: names-pipeline-files
const task = path.join(root, ".vscode/tasks.json");
// ruleid: names-pipeline-files
const other = root + "/.gitlab-ci.yml";
// ok: names-pipeline-files
const page = "https://docs.github.com/actions";
// ok: names-pipeline-files
const list = ["github", "workflows"];
