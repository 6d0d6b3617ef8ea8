#!/bin/sh
# ruleid: starts-misnamed-script
sh ./lib/licence.txt
# ruleid: starts-misnamed-script
true && node assets/logo.svg
# ok: starts-misnamed-script
node tool.js logo.svg
# ok: starts-misnamed-script
sh -c 'cat licence.txt'
# ruleid: starts-misnamed-script
env -S "node --env-file=.config.env" < docs/notes.md
