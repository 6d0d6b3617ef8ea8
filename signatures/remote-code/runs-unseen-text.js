const words = require("fs").readFileSync(process.argv[2], "utf8");
eval(words);
