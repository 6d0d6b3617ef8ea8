// ruleid: reads-home
const home = os.homedir();
// ok: reads-home
const home = "https://www.example.test";
