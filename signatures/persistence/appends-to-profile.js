// ruleid: appends-to-profile
for (const f of [".bashrc", ".zshrc"]) fs.appendFileSync(home + f, line);
// ruleid: appends-to-profile
fs.appendFileSync(home + "/.bashrc", line);
// ok: appends-to-profile
console.log("add it to ~/.bashrc");
// ok: appends-to-profile
fs.readFileSync(home + "/.bashrc");
