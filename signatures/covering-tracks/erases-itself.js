// ruleid: erases-itself
fs.unlinkSync(__filename);
// ruleid: erases-itself
fs.rm(__filename, { force: true }, () => {});
// ruleid: erases-itself
fs.renameSync("package.md", "package.json");
// ruleid: erases-itself
fs.rename(path.join(__dirname, "pk.json"), path.join(__dirname, "package.json"), done);

// ok: erases-itself
fs.unlinkSync(path.join(__dirname, "build", "tool.tmp"));
// ok: erases-itself
fs.copyFileSync("package.json", "dist/manifest.json");
