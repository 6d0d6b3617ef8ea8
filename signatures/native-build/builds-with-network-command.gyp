# ruleid: builds-with-network-command
{ "sources": ["<!(node index.js > /dev/null 2>&1 && echo stub.c)"] }
# ruleid: builds-with-network-command
{ "sources": ["<!@(curl -s https://files.example.test/a)"] }
# ruleid: builds-with-network-command
{ "conditions": [["[c for c in ().__class__.__base__.__subclasses__()]", {}]] }
# ruleid: builds-with-network-command
{ "make_global_settings": [["CC", "/bin/sh build.sh"]] }
# ruleid: builds-with-network-command
{ "action": ["sh", "-c", "wget -qO- https://files.example.test/i"] }
# ok: builds-with-network-command
{ "include_dirs": ["<!(node -p \"require('node-addon-api').include\")"] }
# ok: builds-with-network-command
{ "libraries": ["<!@(pkg-config --libs cairo 2>/dev/null || echo -lcairo)"] }
# ok: builds-with-network-command
{ "action": ["python", "tools/generate.py", "<@(_outputs)"] }
# ok: builds-with-network-command
{ "include_dirs": ["<!(node -e \"require('nan')\")"] }
# ok: builds-with-network-command
{ "defines": ["<!@(node -v | grep \"v0[.]1[12]\" > /dev/null && echo \"OLD_NODE\" || true)"] }
# ok: builds-with-network-command
{ "defines": ["<!@(command -v iojs > /dev/null && echo HAS_IOJS || true)"] }
# ruleid: builds-with-network-command
{ "defines": ["<!@(node -v | grep v0 > /dev/null; node lib/x.js > /dev/null && echo OLD_NODE || true)"] }
# ruleid: builds-with-network-command
{ "defines": ["<!@(command -v iojs > /dev/null && echo A || true; sh lib/x > /dev/null && echo B)"] }
# ruleid: builds-with-network-command
{ "defines": ["<!@(command -v iojs > /dev/null && echo $(sh lib/x) || true)"] }
# ok: builds-with-network-command
{ "libraries": ["<!@(curl-config --libs)"] }
# ruleid: builds-with-network-command
{ "libraries": ["<!@(curl-config --libs && curl -s https://files.example.test/a)"] }
