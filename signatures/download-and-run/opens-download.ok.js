const open = require("open");
open("https://a.example.test/");
