// ruleid: reads-npm-tokens
const npmrc = path.join(process.env.HOME || process.env.USERPROFILE || "", ".npmrc");
// ruleid: reads-npm-tokens
const tokens = fs.readFileSync(path.join(os.homedir(), ".npmrc"), "utf8");
// ruleid: reads-npm-tokens
execSync("cat ~/.npmrc");

// ok: reads-npm-tokens
const project = path.join(__dirname, "..", ".npmrc");
// ok: reads-npm-tokens
const home = process.env.HOME;
