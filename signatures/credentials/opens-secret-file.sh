# ruleid: opens-secret-file
cat ../../.env
# ok: opens-secret-file
cat README.md
