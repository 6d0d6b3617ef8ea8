// ruleid: names-browser-profile
const dir = path.join(base, "Google", "Chrome", "User Data");
// ok: names-browser-profile
const app = "/Applications/Google Chrome.app";
