const fs = require("fs");

const bytes = Buffer.from(fs.readFileSync("table.txt", "utf8"), "base64");
let at = 0;
const readers = [() => bytes[at++], () => bytes.readUInt16LE((at += 2) - 2)];
const values = [];
while (at < bytes.length) values.push(readers[bytes[at++]]());
fs.writeFileSync("table.json", JSON.stringify(values));
