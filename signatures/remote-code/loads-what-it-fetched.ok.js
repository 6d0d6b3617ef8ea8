const fs = require("fs");
const { createRequire } = require("module");
const require_ = createRequire(__filename);
fetch("https://m.example.test/list").then((answer) => answer.text()).then((text) => fs.writeFileSync("list.txt", text));
