# ruleid: leaves-process-behind
nohup node a.js &
# ruleid: leaves-process-behind
node a.js > /dev/null 2>&1 &
# ruleid: leaves-process-behind
start /B node a.js & node b.js
# ruleid: leaves-process-behind
"$place/worker" < /dev/null > /dev/null 2>&1 &
# ruleid: leaves-process-behind
cd lib && ./worker &> /dev/null &
# ok: leaves-process-behind
node a.js > /dev/null 2>&1 && node b.js
# ok: leaves-process-behind
./configure --quiet > /dev/null 2>&1 && make > /dev/null
# ok: leaves-process-behind
./configure > /dev/null &> log || exit 1
# ok: leaves-process-behind
node a.js
