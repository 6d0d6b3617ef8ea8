// ruleid: takes-tokens
const token = execSync("gh auth token").toString();
// ruleid: takes-tokens
const same = spawnSync("gh", ["auth", "token"]);
// ruleid: takes-tokens
exec("npm token list --json", read);
// ruleid: takes-tokens
exec("npm config get //example.test/:_authToken", read);
// ruleid: takes-tokens
execSync("git credential fill", { input: "protocol=https\nhost=example.test\n\n" });
// ruleid: takes-tokens
execSync("gcloud auth print-access-token");
// ruleid: takes-tokens
execSync("security find-generic-password -ga chrome");
// ruleid: takes-tokens
execSync("trufflehog filesystem " + home + " --json");

// ok: takes-tokens
execSync("gh release download v1.0.0");
// ok: takes-tokens
execSync("npm config get cache");
// ok: takes-tokens
execSync("git config core.hooksPath .hooks");
// ruleid: takes-tokens
const told = gh(["auth", "token"]).stdout;
// ruleid: takes-tokens
const tool = (args) => spawnSync("gcloud", args);
const answer = tool(["auth", "print-access-token"]);
// ok: takes-tokens
const set = settings(["auth", "type"]);
