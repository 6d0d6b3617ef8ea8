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
