const { createRequire } = require("module");
const there = createRequire(__filename);
fetch("https://c.invalid/v1").then((r) => r.text()).then(console.log);
there("path");
