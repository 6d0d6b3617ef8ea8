// ruleid: deletes-files
fs.rmSync(dir, { recursive: true });
// ok: deletes-files
fs.readFileSync(file);
