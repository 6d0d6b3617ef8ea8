// ruleid: reads-secret-variables
const token = process.env.MY_SERVICE_TOKEN;
// ruleid: reads-secret-variables
const key = process.env["DEPLOY_PRIVATE_KEY"];
// ruleid: reads-secret-variables
const { NPM_TOKEN } = process.env;
// ruleid: reads-secret-variables
const names = ["AWS_SECRET_ACCESS_KEY", "HOME"];
// ruleid: reads-secret-variables
const pass = process.env.DB_PASSWORD || "";

// ok: reads-secret-variables
const strict = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
// ok: reads-secret-variables
const mirror = process.env.npm_config_registry;
// ok: reads-secret-variables
const count = process.env.TOKENIZER_THREADS;
// ok: reads-secret-variables
const tokens = tokenize(source);
