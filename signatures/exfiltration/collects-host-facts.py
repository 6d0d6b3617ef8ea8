# ruleid: collects-host-facts
f = [socket.gethostname(), getpass.getuser()]
# ok: collects-host-facts
f = [socket.gethostname()]
