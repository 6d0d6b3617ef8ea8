const repl = require("repl");
console.log(repl.builtinModules, Buffer.from(process.argv[2], "base64").toString());
