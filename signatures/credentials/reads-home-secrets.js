// ruleid: reads-home-secrets
const rc = path.join(home, ".npmrc");
// ruleid: reads-home-secrets
const e = fs.readFileSync(".env", "utf8");
// ok: reads-home-secrets
const e = process.env.A;
// ok: reads-home-secrets
const m = import.meta.env.MODE;
