const fs = require("fs");
const file = `${process.env.INIT_CWD}/package.json`;
const manifest = JSON.parse(fs.readFileSync(file, "utf8"));
manifest.scripts.lint = "tool lint";
fs.writeFileSync(file, JSON.stringify(manifest));
