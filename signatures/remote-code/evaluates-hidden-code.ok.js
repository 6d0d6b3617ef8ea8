const wasm = Buffer.from(require("./data.json").text, "base64");
require("fs").writeFileSync("a.wasm", wasm);
