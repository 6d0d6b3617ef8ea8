# ruleid: looks-up-names
socket.gethostbyname(name)
# ok: looks-up-names
socket.gethostbyname("a.example.test")
