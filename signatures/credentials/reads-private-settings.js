// ruleid: reads-private-settings
const names = ["NPM_TOKEN"];
// ok: reads-private-settings
const names = ["CI"];
