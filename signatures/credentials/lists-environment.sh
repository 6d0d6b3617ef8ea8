# ruleid: lists-environment
env | sort
# ruleid: lists-environment
x=$(printenv)
# ok: lists-environment
env A=1 node a.js
