# ruleid: writes-to-repositories
gh gist create found.txt
# ok: writes-to-repositories
curl -s https://api.github.com/repos/example/tool/releases
