const part = require(process.argv[2]);
fetch("https://report.invalid/", { method: "POST", body: part.text });
