// ruleid: searches-for-tokens
const re = /ghp_[A-Za-z0-9]{36}|npm_[A-Za-z0-9]{36}/g;
// ruleid: searches-for-tokens
const re = /AKIA[0-9A-Z]{16}/;
// ok: searches-for-tokens
const name = "npm_config_registry";
// ok: searches-for-tokens
const ok = /^sk-/.test(name);
