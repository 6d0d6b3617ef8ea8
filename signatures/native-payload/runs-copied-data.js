// ruleid: runs-copied-data
fs.copyFileSync(path.join(__dirname, "assets", "spinner.gif"), worker); fs.chmodSync(worker, 0o755); spawn(worker, []);
// ruleid: runs-copied-data
const font = path.join(__dirname, "mono.woff2"); fs.renameSync(font, place); execFileSync(place);
// ruleid: runs-copied-data
fs.writeFileSync(target, fs.readFileSync("lib/table.dat"), { mode: 0o755 }); cp.execSync(`${target} --quiet`);
// ok: runs-copied-data
fs.copyFileSync("assets/logo.png", shown); execFileSync("viewer", [shown]);
// ok: runs-copied-data
fs.copyFileSync(path.join(__dirname, "bin", "tool"), tool); execFileSync(tool, ["--version"]);
