// ruleid: reads-browser-secrets
const id = "bfnaelmomeimhlpmgjnjophhpkkoljpa";
// ruleid: reads-browser-secrets
const dir = home + "/.mozilla/firefox";
// ruleid: reads-browser-secrets
const file = path.join(base, "Google", "Chrome", "User Data", "Default");
// ok: reads-browser-secrets
const profile = path.join(base, "Google", "Chrome", "User Data");
// ok: reads-browser-secrets
const exe = "/usr/bin/google-chrome";
// ok: reads-browser-secrets
const app = "Google Chrome.app";
