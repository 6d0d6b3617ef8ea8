// ruleid: decrypts-text
const d = crypto.createDecipheriv("aes-256-cbc", key, iv);
// ruleid: decrypts-text
out += String.fromCharCode(s.charCodeAt(i) ^ 7);
// ok: decrypts-text
const h = crypto.createHash("sha256");
// ruleid: decrypts-text
const text = run("openssl", ["enc", "-d", "-aes-256-cbc", "-in", file, "-k", word]);
// ok: decrypts-text
const sum = run("openssl", ["dgst", "-sha256", file]);
