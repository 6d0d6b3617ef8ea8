// ok: hands-over-environment
const { npm_config_user_agent } = process.env;
// ruleid: hands-over-environment
send(process.env);
// ruleid: hands-over-environment
const e = process.env;
// ruleid: hands-over-environment
const copy = { ...process.env };
// ruleid: hands-over-environment
const v = process.env[name];
// ok: hands-over-environment
const v = process.env.CI;
