// ruleid: starts-windows-loader
spawn("rund" + "ll32", [path.join(__dirname, "node-gyp.dll") + ",main"]);
// ruleid: starts-windows-loader
cp.execSync("regsvr32 /s helper.dll");
const tool = "certutil.exe";
// ruleid: starts-windows-loader
execFile(tool, ["-urlcache", "-f", url]);
// ruleid: starts-windows-loader
exec("C:\\Windows\\System32\\mshta.exe " + url);

// ok: starts-windows-loader
spawnSync("where", ["node"]);
// ok: starts-windows-loader
execSync("msbuild /t:build");
// ok: starts-windows-loader
execFileSync("certutil", ["-user", "-addstore", "Root", certificate]);
// ruleid: starts-windows-loader
execFileSync("certutil", ["-urlcache", "-f", address, place, "-addstore"]);
