// ruleid: evaluates-decoded-text
eval(Buffer.from("Y29uc29sZQ==", "base64").toString());
// ruleid: evaluates-decoded-text
new Function(atob("Y29uc29sZQ=="))();
// ruleid: evaluates-decoded-text
require("vm").runInThisContext(zlib.gunzipSync(blob).toString());

function later() {
  const text = Buffer.from(parts.join(""), "hex").toString("utf8");
  const code = text.replace(/x/g, "y");
  // ruleid: evaluates-decoded-text
  module._compile(code, "index.js");
}

function codes(numbers) {
  let text = "";
  for (const n of numbers) text += String.fromCharCode(n ^ 7);
  // ruleid: evaluates-decoded-text
  return Function("require", text)(require);
}

function encrypted(key, iv, blob) {
  const decipher = crypto.createDecipheriv("aes-256-cbc", key, iv);
  const plain = decipher.update(blob, "base64", "utf8") + decipher.final("utf8");
  // ruleid: evaluates-decoded-text
  eval(plain);
}

// ruleid: evaluates-decoded-text
execSync(Buffer.from("Y3VybA==", "base64").toString());
// ruleid: evaluates-decoded-text
spawn("node", ["-e", atob(payload)]);

// ok: evaluates-decoded-text
fs.writeFileSync("logo.png", Buffer.from(logo, "base64"));
// ok: evaluates-decoded-text
const settings = JSON.parse(Buffer.from(text, "base64").toString());
// ok: evaluates-decoded-text
const found = pattern.exec(decodeURIComponent(url));
// ok: evaluates-decoded-text
eval("require")("fs");
