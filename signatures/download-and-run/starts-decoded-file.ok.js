const fs = require("fs");
const file = __dirname + "/a.bin";
fs.writeFileSync(file, require("zlib").gunzipSync(fs.readFileSync("a.gz")));
