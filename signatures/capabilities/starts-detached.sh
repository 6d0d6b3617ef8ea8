# ruleid: starts-detached
nohup node a.js &
# ruleid: starts-detached
node a.js > /dev/null 2>&1 &
# ok: starts-detached
node a.js && node b.js
