let body = "";
// ruleid: assembles-code
body += "var out = '';";
// ruleid: assembles-code
for (const name of ["a", "b"]) body += "if (it." + name + ") out += it." + name + ";";
// ruleid: assembles-code
const text = "with (it) {" + body + "return out; }";
// ok: assembles-code
const line = "name: " + text.length + ", " + "rest";
// ok: assembles-code
console.log("a" + line);
