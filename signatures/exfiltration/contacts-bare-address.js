// ruleid: contacts-bare-address
const server = "http://45.61.0.1:8000/stage";
// ruleid: contacts-bare-address
const socket = new WebSocket("ws://45.61.0.1/x");
// ruleid: contacts-bare-address
fetch("http://0x2d3d0001/x");
// ruleid: contacts-bare-address
fetch(`http://758972417:8080`);

// ok: contacts-bare-address
const local = "http://127.0.0.1:3000/";
// ok: contacts-bare-address
const lan = "http://192.168.0.10/mirror";
// ok: contacts-bare-address
const version = "https://example.test/v1.2.3.4/tool.zip";
// ok: contacts-bare-address
const example = "http://192.0.2.1/";
