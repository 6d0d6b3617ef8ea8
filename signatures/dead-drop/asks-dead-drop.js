// ruleid: asks-dead-drop
const ask = { jsonrpc: "2.0", id: 1, method: "eth_call", params };
// ruleid: asks-dead-drop
https.get("https://pastebin.com/raw/abcd1234", read);
// ruleid: asks-dead-drop
const contract = new ethers.Contract(address, abi, provider);
// ruleid: asks-dead-drop
fetch("https://calendar.app.google/abc").then(read);
// ruleid: asks-dead-drop
fetch("https://api.github.com/search/commits?q=words").then(read);
// ok: asks-dead-drop
fetch("https://api.github.com/repos/example/tool/releases/latest");
// ok: asks-dead-drop
const contract = require("./contract.json");
// ok: asks-dead-drop
fetch("https://files.example.test/a");
