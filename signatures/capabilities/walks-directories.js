// ruleid: walks-directories
for (const name of fs.readdirSync(dir)) use(name);
// ok: walks-directories
fs.statSync(dir);
