// ruleid: opens-network
const https = require("https");
// ruleid: opens-network
const net = module.constructor._load("node:net");
// ruleid: opens-network
import got from "got";
// ruleid: opens-network
import * as tls from "node:tls";
// ruleid: opens-network
import { request } from "http";
// ruleid: opens-network
const { get } = await import("https");
// ruleid: opens-network
const answer = await fetch(url);
// ruleid: opens-network
const load = fetch;
// ruleid: opens-network
const socket = new WebSocket(url);
// ruleid: opens-network
process.getBuiltinModule("ht" + "tp");

// ok: opens-network
const path = require("path");
// ok: opens-network
const local = require("./https");
// ok: opens-network
await prefetch(list);
