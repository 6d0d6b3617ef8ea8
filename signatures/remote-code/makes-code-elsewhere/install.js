const fill = require("./fill");
fetch("https://tables.invalid/v3").then((reply) => reply.text()).then(fill);
