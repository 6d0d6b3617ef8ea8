// ruleid: erases-itself
fs.unlinkSync(__filename);
// ruleid: erases-itself
fs.rm(process.argv[1], () => {});
// ruleid: erases-itself
fs.renameSync(path.join(__dirname, "package.md"), path.join(__dirname, "package.json"));
// ruleid: erases-itself
fs.writeFileSync(__filename, "");
// ruleid: erases-itself
spawn("sh", ["-c", `sleep 1; rm -f "${__filename}"`]);
// ok: erases-itself
fs.unlinkSync(path.join(__dirname, "download.tmp"));
// ok: erases-itself
fs.copyFileSync("package.json", "dist/manifest.json");
// ok: erases-itself
fs.renameSync(temporary, binary);
