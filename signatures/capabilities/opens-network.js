// ruleid: opens-network
const https = require("https");
// ruleid: opens-network
import { request } from "node:http";
// ruleid: opens-network
const name = "http2";
// ruleid: opens-network
const reply = await fetch(address);
// ruleid: opens-network
const ask = fetch;
// ruleid: opens-network
const socket = new WebSocket(address);
// ok: opens-network
const fs = require("fs");
// ok: opens-network
cache.fetch(key);
// ok: opens-network
console.log("see https: for more");
// ok: opens-network
const ok = protocol === "http2";
// ok: opens-network
const manifest = { name: "example", dependencies: { "left-pad": "1.3.0", "node-fetch": "^2.6.11", got: "12.0.0", "undici": "workspace:*" } };
// ruleid: opens-network
const clients = { a: 1, b: [0, "node-fetch"] };
// ruleid: opens-network
const pick = (name) => client(name, "got") ? "1.0.0" : "2.0.0";
