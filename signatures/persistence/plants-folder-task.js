// ruleid: plants-folder-task
const task = { runOptions: { runOn: "folderOpen" } };
// ok: plants-folder-task
const other = { runOptions: { runOn: "default" } };
