// ruleid: reports-host
const record = { name: pkg.name, host: os.hostname(), user: os.userInfo().username };
// ruleid: reports-host
send(JSON.stringify({ d: __dirname, h: os.hostname(), v: process.version }));
// ruleid: reports-host
const net = { h: require("os").hostname(), n: os.networkInterfaces() };
// ruleid: reports-host
const beacon = { cwd: process.cwd(), host: Buffer.from(os.hostname()).toString("hex") };
// ruleid: reports-host
const resolvers = { servers: dns.getServers() };
// ruleid: reports-host
const line = `https://collector.invalid/${os.hostname()}/${os.userInfo().username}`;

// ok: reports-host
const lock = { host: os.hostname(), pid: process.pid };
// ok: reports-host
const target = { platform: os.platform(), arch: os.arch() };
// ok: reports-host
const cache = path.join(os.homedir(), ".cache", "example");
