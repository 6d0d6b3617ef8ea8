// ruleid: types-file-into-program
fs.createReadStream(path.join(__dirname, "table.dat")).pipe(child.stdin);
// ruleid: types-file-into-program
spawnSync("python3", ["-"], { input: fs.readFileSync("table.dat") });
// ruleid: types-file-into-program
spawn("sh", ["-s"], { stdio: [fs.openSync("table.dat"), "ignore", "ignore"] });
// ruleid: types-file-into-program
const text = fs.readFileSync("table.dat");
child.stdin.end(text);
// ok: types-file-into-program
fs.createReadStream("table.dat").pipe(fs.createWriteStream("copy.dat"));
// ok: types-file-into-program
spawnSync("sort", [], { input: names.join() });
