const prefix = "npm_config_";
const options = {};
Object.keys(process.env).forEach((name) => {
  if (!name.startsWith(prefix)) return;
  options[name.slice(prefix.length).replace(/_/g, "-")] = process.env[name];
});
const lower = {};
for (const name in process.env) lower[name.toLowerCase()] = process.env[name];

module.exports = (program, args) =>
  require("child_process").spawnSync(program, args, {
    stdio: "inherit",
    env: Object.assign({}, process.env, { FORCE_COLOR: "1", PREFIX: options.prefix, PATH: lower.path }),
  });
