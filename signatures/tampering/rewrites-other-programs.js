// ruleid: rewrites-other-programs
const core = path.join(base, "modules", "discord_desktop_core-1", "index.js");
// ruleid: rewrites-other-programs
const file = home + "/AppData/Local/exodus/app-24.1/resources/app.asar";
// ok: rewrites-other-programs
const own = path.join(__dirname, "app.asar");
