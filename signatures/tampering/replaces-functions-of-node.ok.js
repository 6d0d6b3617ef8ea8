const cp = require("child_process");
fetch("https://a.example.test/").then(() => cp.exec("true"));
