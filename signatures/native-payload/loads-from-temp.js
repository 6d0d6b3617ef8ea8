const place = require("path").join(require("os").tmpdir(), `a${Date.now()}.node`);
require(place);
