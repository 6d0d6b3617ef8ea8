// ruleid: looks-up-names
dns.lookup(name, done);
// ruleid: looks-up-names
const r = new Resolver();
// ruleid: looks-up-names
http.get(`http://${label}.c.example.test/`);
// ok: looks-up-names
const p = path.resolve(a, b);
// ok: looks-up-names
http.get("http://files.example.test/" + name);
