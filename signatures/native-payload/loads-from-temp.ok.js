const place = require("path").join(require("os").tmpdir(), `a${Date.now()}.txt`);
console.log(place);
