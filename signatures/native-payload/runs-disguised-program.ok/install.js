require("child_process").execFileSync(__dirname + "/bin/tool", ["go"]);
