// ruleid: decodes-text
const t = Buffer.from(s, "base64").toString();
// ruleid: decodes-text
const t = atob(s);
// ruleid: decodes-text
const t = zlib.gunzipSync(s);
// ok: decodes-text
const t = Buffer.from(s);
// ok: decodes-text
const t = list.reverse();
// ruleid: decodes-text
const t = own.digest(s, "hex");
// ok: decodes-text
const t = hash.digest("hex");
// ok: decodes-text
const t = Buffer.from(bytes).toString("hex");
// ok: decodes-text
const t = hash.digest("base64");
// ruleid: decodes-text
const t = Buffer.from(Buffer.from(s).toString("hex"), "hex").toString();
// ruleid: decodes-text
const t = Buffer.from(s).toString("latin1");
// ruleid: decodes-text
const t = take(s, "base64");
// ok: decodes-text
const sum = crypto.createHash("sha256").update(t, "utf-8").digest("hex");
// ruleid: decodes-text
const t = decode(s, "hex");
// ruleid: decodes-text
const t = Buffer.from(crypto.createHash("sha256").update(s).digest("hex"), "hex");
// ok: decodes-text
const shown = Buffer.from("name:word").toString("base64");
// ruleid: decodes-text
const t = Buffer.from(Buffer.from(s, "hex").toString("base64"));
// ruleid: decodes-text
const t = Buffer.from(s).toString("latin1");
