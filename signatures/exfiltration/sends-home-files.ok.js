const rc = require("path").join(require("os").homedir(), ".npmrc");
console.log(rc);
