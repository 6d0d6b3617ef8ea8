const http = require("http");
http.get("http://169.254.169.254/latest/meta-data/iam/", (answer) => answer.pipe(process.stdout));
