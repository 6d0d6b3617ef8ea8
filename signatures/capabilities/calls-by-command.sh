# ruleid: calls-by-command
curl -s https://files.example.test/a
# ruleid: calls-by-command
dig +short a.example.test
# ok: calls-by-command
echo hello
# ok: calls-by-command
libcurl-config --libs
