// ruleid: installs-given-package
exec(`npm install --no-save ${name}`);
// ruleid: installs-given-package
spawn("npm", ["i", "--no-save", what]);
// ok: installs-given-package
exec("npm install");
