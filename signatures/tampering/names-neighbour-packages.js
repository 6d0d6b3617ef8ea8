// ruleid: names-neighbour-packages
const file = path.join(__dirname, "..", "neighbour", "index.js");
// ruleid: names-neighbour-packages
const file = "../neighbour/lib/index.js";
// ok: names-neighbour-packages
const file = path.join(__dirname, "..", "lib", "index.js");
