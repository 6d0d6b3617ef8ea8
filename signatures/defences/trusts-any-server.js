// ruleid: trusts-any-server
https.get({ host, path, rejectUnauthorized: false }, read);
// ok: trusts-any-server
https.get({ host, path, rejectUnauthorized: strict }, read);
