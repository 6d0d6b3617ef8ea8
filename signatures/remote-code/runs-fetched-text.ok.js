const machine = require("vm");
machine.runInNewContext("1 + 1");
