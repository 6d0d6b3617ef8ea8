# ruleid: trusts-any-server
curl -sk https://files.example.test/a -o a
# ok: trusts-any-server
curl -sL https://files.example.test/a -o a
