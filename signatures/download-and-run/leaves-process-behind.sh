# ruleid: leaves-process-behind
nohup node a.js &
# ruleid: leaves-process-behind
node a.js > /dev/null 2>&1 &
# ruleid: leaves-process-behind
start /B node a.js & node b.js
# ok: leaves-process-behind
node a.js > /dev/null 2>&1 && node b.js
# ok: leaves-process-behind
node a.js
