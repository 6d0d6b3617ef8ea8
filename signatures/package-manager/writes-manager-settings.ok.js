require("fs").readFileSync(require("path").join(process.env.INIT_CWD, ".npmrc"));
