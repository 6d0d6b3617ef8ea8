require("child_process").execFileSync(__dirname + "/data/table.dat", ["go"]);
