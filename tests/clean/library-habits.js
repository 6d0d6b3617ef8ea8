// What honest code does that looks like something else to a careless pattern.
const dgram = require("dgram");
const net = require("net");

function secondsElapsedToday(hh, mm, ss) {
  return hh * 3600 + mm * 60 + ss;
}

const sources = ["c", "cc", "cpp", "hh", "hpp", "cs"];

class Waiting {
  constructor() {
    this.items = [1, 2, 3];
  }

  shift() {
    return this.items.shift();
  }

  drain() {
    const pending = [];
    while (this.items.length > 0) pending.push(this.shift());
    return pending;
  }
}

function isFree(port, done) {
  const socket = net.connect({ port, host: "127.0.0.1" });
  socket.on("connect", () => done(false)).on("error", () => done(true));
}

function ownAddress(done) {
  const socket = dgram.createSocket("udp4");
  socket.connect(53, "8.8.8.8", () => done(socket.address().address));
}

const manifest = { "scripts": { "postversion": "npm publish", "bench": "bun run bench.js" } };
const profiles = ["Google", "Chrome", "User Data"];

isFree(8080, (free) => console.log(free, sources.length, secondsElapsedToday(1, 2, 3), manifest, profiles));
ownAddress((address) => console.log(address, new Waiting().drain()));
