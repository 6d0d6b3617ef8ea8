# ruleid: obeys-remote-commands
cmd = s.recv(1024).decode()
out = subprocess.run(cmd, shell=True)
# ruleid: obeys-remote-commands
s = socket.socket()
s.connect(a)
os.dup2(s.fileno(), 0)
# ok: obeys-remote-commands
data = s.recv(1024)
print(data)
