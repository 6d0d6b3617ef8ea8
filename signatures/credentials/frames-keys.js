// ruleid: frames-keys
const body = text.replace("-----END PRIVATE KEY-----", "");
// ruleid: frames-keys
const foot = '-----END CERTIFICATE-----';
// ok: frames-keys
const head = "-----BEGIN CERTIFICATE-----";
// ok: frames-keys
const re = /-----END [A-Z ]*KEY-----/;
