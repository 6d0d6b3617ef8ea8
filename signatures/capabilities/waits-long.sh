# ruleid: waits-long
sleep 300
# ok: waits-long
sleep 1
