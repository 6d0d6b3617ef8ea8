// ruleid: asks-where-secrets-lie
const file = process.env.npm_config_userconfig;
// ruleid: asks-where-secrets-lie
const keys = ["config_userconfig", "config_globalconfig"].map((key) => process.env["npm_" + key]);
// ruleid: asks-where-secrets-lie
const place = execSync("npm config get userconfig");
// ruleid: asks-where-secrets-lie
const shared = process.env.AWS_SHARED_CREDENTIALS_FILE;
// ok: asks-where-secrets-lie
const cache = process.env.npm_config_cache;
// ok: asks-where-secrets-lie
const mirror = process.env.npm_config_disturl;
// ok: asks-where-secrets-lie
const quiet = { env: { PIP_CONFIG_FILE: "/dev/null" } };
