// ruleid: reaches-callers-project
const root = process.env.INIT_CWD;
// ruleid: reaches-callers-project
const file = path.resolve(__dirname, "../../settings.json");
// ok: reaches-callers-project
const file = path.join(__dirname, "..", "lib.js");
