// ruleid: asks-user-name
const u = os.userInfo().username;
// ruleid: asks-user-name
const u = process.env.USER;
// ruleid: asks-user-name
execSync("whoami");
// ruleid: asks-user-name
execSync("git config user.email");
// ok: asks-user-name
const a = process.env.USER_AGENT;
// ok: asks-user-name
const id = 1;
