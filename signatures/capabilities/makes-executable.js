// ruleid: makes-executable
fs.chmodSync(file, 0o755);
// ruleid: makes-executable
fs.writeFileSync(file, data, { mode: 0o755 });
// ruleid: makes-executable
execSync("chmod +x " + file);
// ok: makes-executable
fs.chmodSync(file, 0o644);
