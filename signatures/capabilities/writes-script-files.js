// ruleid: writes-script-files
fs.writeFileSync(dir + "/next.js", text);
// ok: writes-script-files
fs.writeFileSync("package.json", text);
