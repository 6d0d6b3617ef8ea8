// ruleid: runs-program-from-temp
spawn(path.join(os.tmpdir(), "stage"), [], { detached: true });
// ruleid: runs-program-from-temp
child_process.execSync("python3 /tmp/ld.py");
// ruleid: runs-program-from-temp
cp.execFile("/tmp/helper", []);
// ruleid: runs-program-from-temp
spawn("sh", ["-c", "/tmp/helper &"]);

function drop(body) {
  const file = path.join(os.tmpdir(), "node-" + Date.now());
  fs.writeFileSync(file, body, { mode: 0o755 });
  // ruleid: runs-program-from-temp
  spawn(file, [], { stdio: "ignore" });
}

// ok: runs-program-from-temp
fs.mkdtempSync(path.join(os.tmpdir(), "build-"));
// ok: runs-program-from-temp
execFileSync(path.join(__dirname, "bin", "tool"), ["--version"]);
// ok: runs-program-from-temp
spawnSync("tar", ["xf", archive], { cwd: os.tmpdir() });
// ok: runs-program-from-temp
execSync("node scripts/tmp/check.js");

function unpacks(name) {
  const file = path.join(os.tmpdir(), name);
  const command = /zip$/.test(name) ? ["unzip", ["-q", file]] : ["tar", ["xf", file]];
  // ok: runs-program-from-temp
  cp.execFile(command[0], command[1], done);
}
function interprets(name) {
  const file = path.join(os.tmpdir(), name);
  const command = /zip$/.test(name) ? ["unzip", ["-q", file]] : ["bash", [file]];
  // ruleid: runs-program-from-temp
  cp.execFile(command[0], command[1], done);
}
function chooses(name) {
  const file = path.join(os.tmpdir(), name);
  let command = ["tar", ["xf", file]];
  command[0] = file;
  // ruleid: runs-program-from-temp
  cp.execFile(command[0], command[1], done);
}
