const fs = require("fs");
const kinds = [".docx", ".xlsx", ".pdf", ".jpg"];
const icons = fs.readdirSync("icons").filter((name) => kinds.some((kind) => name.startsWith(kind.slice(1))));
fs.writeFileSync("icons.json", JSON.stringify(icons));
