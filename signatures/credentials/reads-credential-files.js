// ruleid: reads-credential-files
fs.readFileSync(path.join(os.homedir(), ".ssh", "id_rsa"));
// ruleid: reads-credential-files
fs.readFileSync(os.homedir() + "/.ssh/config");
// ruleid: reads-credential-files
const keys = `${home}/.aws/credentials`;
// ruleid: reads-credential-files
const hosts = path.join(home, ".netrc");
// ruleid: reads-credential-files
const docker = path.join(home, ".docker", "config.json");
// ruleid: reads-credential-files
const cloud = home + "/.config/gcloud/application_default_credentials.json";
// ruleid: reads-credential-files
const gh = home + "/.config/gh/hosts.yml";
// ruleid: reads-credential-files
const agent = home + "/.claude/.credentials.json";
// ruleid: reads-credential-files
const environ = fs.readFileSync("/proc/self/environ");
// ruleid: reads-credential-files
for (const pid of pids) look("/proc/" + pid + "/environ");
// ruleid: reads-credential-files
const memory = fs.openSync("/proc/self/mem");
// ruleid: reads-credential-files
const regions = fs.readFileSync(`/proc/${pid}/maps`, "utf8");
// ruleid: reads-credential-files
for (const pid of pids) dump("/proc/" + pid + "/maps");
// ok: reads-credential-files
const usesMusl = fs.readFileSync("/proc/self/maps", "latin1").includes("ld-musl");
// ruleid: reads-credential-files
const wallet = home + "/.config/solana/id.json";
// ruleid: reads-credential-files
const logins = path.join(profile, "Login Data");
// ruleid: reads-credential-files
const leveldb = appdata + "\\discord\\Local Storage\\leveldb";

// ok: reads-credential-files
const project = path.join(__dirname, "..", ".npmrc");
// ok: reads-credential-files
const cache = path.join(os.homedir(), ".cache", "example");
// ok: reads-credential-files
const style = config.kube || "login data";
// ok: reads-credential-files
const url = "ssh://git@example.test/a.git";

// ruleid: reads-credential-files
copyFileSync(path.join(home, "Library", "Keychains", "login.keychain-db"), out);
// ok: reads-credential-files
execFileSync("security", ["add-trusted-cert", "-k", path.join(home, "Library/Keychains/login.keychain-db"), file]);
