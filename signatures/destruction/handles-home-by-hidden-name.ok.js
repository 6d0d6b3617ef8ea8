const fs = require("fs");
const op = process.argv[2];
fs[op](__dirname);
