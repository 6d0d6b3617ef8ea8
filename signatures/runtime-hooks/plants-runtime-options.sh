# ruleid: plants-runtime-options
NODE_OPTIONS="--require ./h.js" node build.js
# ruleid: plants-runtime-options
LD_PRELOAD=./lib.so node build.js
# ok: plants-runtime-options
NODE_OPTIONS=--max-old-space-size=4096 node build.js
