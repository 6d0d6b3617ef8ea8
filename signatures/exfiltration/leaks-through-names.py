# ruleid: leaks-through-names
socket.gethostbyname(getpass.getuser() + ".c.example.test")
# ok: leaks-through-names
socket.gethostbyname("files.example.test")
