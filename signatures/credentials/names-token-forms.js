// ruleid: names-token-forms
const re = /ghp_[A-Za-z0-9]{36}|npm_[A-Za-z0-9]{36}/g;
// ruleid: names-token-forms
const re = /AKIA[0-9A-Z]{16}/;
// ok: names-token-forms
const name = "npm_config_registry";
// ok: names-token-forms
const ok = /^sk-/.test(name);
// ruleid: names-token-forms
const re = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?END/;
// ok: names-token-forms
const head = "-----BEGIN PRIVATE KEY-----";
// ruleid: names-token-forms
const form = new RegExp("BEGIN [A-Z]+ PRIVATE KEY-----");
