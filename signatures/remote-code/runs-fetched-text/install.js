const compile = require("./compile");
const { get } = require("https");
get("https://partials.invalid/a", (answer) => answer.on("data", (text) => compile(text)));
