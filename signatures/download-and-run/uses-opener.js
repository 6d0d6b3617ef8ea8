// ruleid: uses-opener
const show = require("open");
// ok: uses-opener
const fs = require("fs");
