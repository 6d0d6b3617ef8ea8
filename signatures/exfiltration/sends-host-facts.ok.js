const os = require("os");
console.log(os.userInfo().username);
