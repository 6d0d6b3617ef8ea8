# ruleid: asks-machine-name
curl https://c.example.test/$(hostname)
# ruleid: asks-machine-name
uname -a; id
# ok: asks-machine-name
OS=linux
