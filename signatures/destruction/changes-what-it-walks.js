// ruleid: changes-what-it-walks
for (const name of fs.readdirSync(dir)) fs.writeFileSync(name, "");
// ok: changes-what-it-walks
for (const name of fs.readdirSync(dir)) console.log(name);
