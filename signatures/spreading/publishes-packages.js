// ruleid: publishes-packages
execSync("npm publish --access public", { cwd: directory });
// ruleid: publishes-packages
const me = spawnSync("npm", ["whoami"]);
// ruleid: publishes-packages
fetch(registry + "/-/npm/v1/tokens", { headers });
// ruleid: publishes-packages
const body = { "dist-tags": { latest: version }, _attachments: { [name]: tarball } };
// ruleid: publishes-packages
fetch("https://api.github.com/user/repos", { method: "POST", headers, body });
// ruleid: publishes-packages
execSync("gh repo create results --public");

// ok: publishes-packages
fetch("https://api.github.com/repos/example/tool/releases/latest");
// ok: publishes-packages
console.log("run npm install first, npm publishes nothing here");
// ok: publishes-packages
emitter.publish("npm", message);
