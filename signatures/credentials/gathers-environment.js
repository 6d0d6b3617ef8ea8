// ruleid: gathers-environment
const names = Object.keys(process.env).filter((name) => /token|secret/i.test(name));
// ruleid: gathers-environment
for (const [name, value] of Object.entries(process.env)) found.push(name + "=" + value);
// ruleid: gathers-environment
for (const name in process.env) {
  found.push(name);
}
// ruleid: gathers-environment
Reflect.ownKeys(process.env).forEach(look);

function aliased() {
  const vars = process.env;
  // ruleid: gathers-environment
  return Object.values(vars);
}

function destructured() {
  const { env } = process;
  // ruleid: gathers-environment
  for (var name in env) found.push(env[name]);
}

// ok: gathers-environment
const mirror = process.env.npm_config_mirror || process.env.HTTPS_PROXY;
// ok: gathers-environment
spawnSync("make", [], { env: Object.assign({}, process.env, { V: "1" }) });
// ok: gathers-environment
for (const name in settings) apply(name);
// ruleid: gathers-environment
const told = process.report.getReport();
// ok: gathers-environment
const isReported = process.report !== undefined;
// ok: gathers-environment
const { glibcVersionRuntime } = process.report.getReport().header;
// ok: gathers-environment
const c = process.report.getReport().header.glibcVersionRuntime;
// ruleid: gathers-environment
const { header, glibcVersionRuntime: d } = process.report.getReport();
// ruleid: gathers-environment
const { glibcVersionRuntime: e, ...f } = process.report.getReport().header;
// ruleid: gathers-environment
send(process.report.getReport().header);
// ruleid: gathers-environment
send({ glibcVersionRuntime } = process.report.getReport().header);
// ok: gathers-environment
const isMusl = !process.report.getReport().header.glibcVersionRuntime;
// ruleid: gathers-environment
const all = JSON.stringify(process.report.getReport(process.report.getReport().header));
// ruleid: gathers-environment
const head = process.report.getReport().header;
// ruleid: gathers-environment
const { glibcVersionRuntime, networkInterfaces } = process.report.getReport().header;
// ruleid: gathers-environment
const version = (send(process.report.getReport()), process.report).getReport().header.glibcVersionRuntime;
