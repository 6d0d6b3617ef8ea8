// ruleid: sets-dependencies
manifest.overrides = { tool: "1" };
// ruleid: sets-dependencies
manifest.devDependencies["tool"] = "1";
// ruleid: sets-dependencies
Object.assign(manifest.dependencies, { tool: "1" });
// ok: sets-dependencies
if (manifest.devDependencies.tool) manifest.scripts.lint = "tool lint";
