// ruleid: rewrites-package-manager-settings
execSync("npm config set registry https://r.example.test/");
// ruleid: rewrites-package-manager-settings
spawnSync("git", ["config", "--global", "core.hooksPath", folder]);
// ruleid: rewrites-package-manager-settings
exec("npm config set script-shell /tmp/sh -g");
// ok: rewrites-package-manager-settings
execSync("npm config get registry");
// ok: rewrites-package-manager-settings
execSync("git config core.hooksPath .husky");
// ruleid: rewrites-package-manager-settings
spawnSync("npm", ["config", "set", key, value]);
