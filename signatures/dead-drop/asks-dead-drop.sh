# ruleid: asks-dead-drop
next=$(dig +short txt next.example.test)
# ok: asks-dead-drop
dig +short www.example.test
