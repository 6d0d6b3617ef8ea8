const open = (text) => Buffer.from(text, "hex").toString();
console.log(open(require("./data.json").text));
