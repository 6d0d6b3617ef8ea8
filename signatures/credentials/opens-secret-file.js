// ruleid: opens-secret-file
const e = fs.readFileSync(".env", "utf8");
// ok: opens-secret-file
const e = fs.readFileSync("env.json", "utf8");
