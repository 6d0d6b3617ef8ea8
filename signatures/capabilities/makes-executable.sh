# ruleid: makes-executable
chmod 755 a
# ok: makes-executable
chmod 644 a
