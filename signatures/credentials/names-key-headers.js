// ruleid: names-key-headers
if (text.includes("-----BEGIN PRIVATE KEY-----")) keep(text);
// ruleid: names-key-headers
const heads = ['-----BEGIN OPENSSH PRIVATE KEY-----'];
// ok: names-key-headers
const head = "-----BEGIN CERTIFICATE-----";
// ok: names-key-headers
console.log("the file lacks BEGIN PRIVATE KEY");
// ruleid: names-key-headers
if (text.includes("--BEGIN PRIVATE KEY-----")) keep(text);
// ruleid: names-key-headers
const at = text.indexOf("\n-----BEGIN RSA PRIVATE KEY-----");
