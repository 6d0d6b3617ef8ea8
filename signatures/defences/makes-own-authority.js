// ruleid: makes-own-authority
execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", cert]);
// ruleid: makes-own-authority
const made = forge.pki.createCertificate();
// ok: makes-own-authority
execFileSync("openssl", ["x509", "-in", cert, "-noout"]);
