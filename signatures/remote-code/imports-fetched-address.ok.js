const fs = require("fs");
fs.writeFileSync(__dirname + "/address.txt", "data:text/javascript,export default 1");
fetch("https://c.invalid/v1").then((r) => r.text()).then((text) => fs.writeFileSync(__dirname + "/b.txt", text));
