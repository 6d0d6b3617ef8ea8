// ruleid: publishes-packages
execSync("npm publish --access public");
// ruleid: publishes-packages
execSync("pnpm publish --no-git-checks");
// ruleid: publishes-packages
spawnSync("npm", ["whoami"]);
// ruleid: publishes-packages
https.get(registry + "/-/npm/v1/tokens", options);
// ruleid: publishes-packages
fetch(`${registry}/-/v1/search?text=maintainer:${user}`);
// ruleid: publishes-packages
const body = { _attachments: files, "dist-tags": tags };
// ruleid: publishes-packages
const { publish } = require("libnpmpublish");
// ok: publishes-packages
console.log("published");
// ok: publishes-packages
const command = "npm run publish-docs";
// ok: publishes-packages
fetch(`${registry}/left-pad`);
// ok: publishes-packages
console.log("Then run npm publish");
// ruleid: publishes-packages
const npm = (args, cwd) => spawnSync("npm", args, { cwd });
npm(["publish", "--access", "public"], copy);
// ok: publishes-packages
const late = ["publish", "pack"].includes(process.env.npm_command);
