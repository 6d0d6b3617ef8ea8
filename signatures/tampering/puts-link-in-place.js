const fs = require("fs");
// ruleid: puts-link-in-place
fs.rmSync(other, { recursive: true }); fs.symlinkSync(own, other, "junction");
// ok: puts-link-in-place
fs.symlinkSync(own, place);
