// ruleid: reads-project
const root = process.env.INIT_CWD;
// ruleid: reads-project
const root = path.join(__dirname, "..", "..");
// ok: reads-project
const root = path.join(__dirname, "..");
