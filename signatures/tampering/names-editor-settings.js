// ruleid: names-editor-settings
const file = path.resolve(root, ".vscode/settings.json");
// ruleid: names-editor-settings
const tasks = [{ runOptions: { runOn: "folderOpen" } }];
// ok: names-editor-settings
const file = "settings.json";
