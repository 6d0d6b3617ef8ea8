// ruleid: writes-files
fs.writeFileSync(file, text);
// ok: writes-files
fs.readFileSync(file);
