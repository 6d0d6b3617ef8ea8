# ruleid: walks-directories
grep -rh text .
# ok: walks-directories
grep text a
