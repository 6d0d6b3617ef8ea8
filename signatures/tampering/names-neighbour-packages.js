// ruleid: names-neighbour-packages
const file = path.join(__dirname, "..", "neighbour", "index.js");
// ruleid: names-neighbour-packages
const file = "../neighbour/lib/index.js";
// ok: names-neighbour-packages
const file = path.join(__dirname, "..", "lib", "index.js");
// ok: names-neighbour-packages
import { PLACE } from "../config/constants.js";
// ok: names-neighbour-packages
const { PLACE } = require("../config/constants.js");
// ruleid: names-neighbour-packages
const file = require.resolve("../neighbour/index.js");
