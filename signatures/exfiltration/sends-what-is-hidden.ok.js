const part = require(`./part-${Date.now()}`);
fetch("https://report.invalid/", { method: "POST", body: part.text });
