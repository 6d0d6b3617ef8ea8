// ruleid: rewrites-in-place
const text = fs.readFileSync(file, "utf8"); fs.createWriteStream(file).end("first;" + text);
// ok: rewrites-in-place
const other = fs.readFileSync(from, "utf8"); fs.writeFileSync(to, other);
