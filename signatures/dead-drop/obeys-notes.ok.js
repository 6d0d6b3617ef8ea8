const dns = require("dns");

dns.resolveTxt("version.example.test", (error, notes) => {
  console.log(notes[0].join(""));
});
