// ruleid: reads-files
const text = fs.readFileSync(file, "utf8");
// ruleid: reads-files
fs.createReadStream(process.env.TABLE).pipe(out);
// ok: reads-files
fs.readFileSync("settings.json");
