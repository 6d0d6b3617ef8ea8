const { isAsync } = require("./kind");
fetch("https://tables.invalid/v3").then((reply) => reply.text()).then((text) => console.log(text, isAsync(fetch)));
