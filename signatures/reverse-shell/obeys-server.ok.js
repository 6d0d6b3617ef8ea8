const { exec } = require("child_process");
exec("make", () => fetch("https://files.example.test/a"));
