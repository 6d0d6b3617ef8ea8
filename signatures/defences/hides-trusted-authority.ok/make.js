const { spawnSync } = require("child_process");
spawnSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-keyout", "own.key", "-out", "own.crt"], { stdio: "ignore" });
