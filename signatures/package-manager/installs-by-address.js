// ruleid: installs-by-address
execSync("npm install https://files.example.test/a.tgz --no-save");
// ruleid: installs-by-address
spawn("npm", ["i", "git+https://code.example.test/a/b.git"]);
// ruleid: installs-by-address
execSync("npx --yes github:example/tool");
// ok: installs-by-address
execSync(`npm install --no-save ${name}@${version}`);
// ok: installs-by-address
console.log("npm install failed: see https://docs.example.test/");
// ok: installs-by-address
execSync("npm run build");
// ruleid: installs-by-address
execSync("npm install --userconfig ./settings/npmrc helper");
