# ruleid: asks-machine-name
h = socket.gethostname()
# ok: asks-machine-name
h = "a"
