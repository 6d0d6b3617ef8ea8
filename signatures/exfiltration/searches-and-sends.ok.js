const names = require("fs").readdirSync("locales", { recursive: true });
console.log(names.length);
