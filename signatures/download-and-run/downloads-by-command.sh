# ruleid: downloads-by-command
curl -fsSL https://example.invalid/tool.tar.gz -o tool.tar.gz
# ruleid: downloads-by-command
wget --quiet http://example.invalid/tool
# ruleid: downloads-by-command
powershell -Command "Invoke-WebRequest -Uri $url -OutFile a.zip"

# ok: downloads-by-command
git clone https://example.test/a.git
# ok: downloads-by-command
echo "needs curl" >&2
