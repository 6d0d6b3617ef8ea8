const machine = require("v" + "m");
module.exports = (text, how = "runInThisContext") => machine[how](text);
