// ruleid: erases-logs
fs.rmSync(path.join(home, ".npm", "_logs"), { recursive: true });
// ruleid: erases-logs
exec("wevtutil cl Security");
// ok: erases-logs
const logs = path.join(__dirname, "logs");
// ok: erases-logs
fs.rmSync("build.log");
