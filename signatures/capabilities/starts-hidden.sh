# ruleid: starts-hidden
node a.js > /dev/null 2>&1
# ok: starts-hidden
node a.js
