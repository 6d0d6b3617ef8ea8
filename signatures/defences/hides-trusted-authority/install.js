const run = require("./run");
run("certutil", ["-user", "-addstore", "Root", "own.crt"]);
