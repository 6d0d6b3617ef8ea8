// ruleid: trusts-own-authority
execFileSync("certutil", ["-user", "-addstore", "Root", file]);
// ruleid: trusts-own-authority
execFileSync("security", ["add-trusted-cert", "-r", "trustRoot", file]);
// ok: trusts-own-authority
execFileSync("certutil", ["-hashfile", file, "SHA256"]);
