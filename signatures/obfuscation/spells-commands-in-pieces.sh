#!/bin/sh
# ruleid: spells-commands-in-pieces
$(printf '\143\165\162\154') -s http://pieces.invalid/a
# ruleid: spells-commands-in-pieces
c''url -s http://pieces.invalid/b
# ruleid: spells-commands-in-pieces
cat list | 's''h'
# ruleid: spells-commands-in-pieces
s'e'd -i 's/a/b/' list
# ruleid: spells-commands-in-pieces
ba"s"h ./list
# ok: spells-commands-in-pieces
printf '\033[1m%s\033[0m' "done"
# ok: spells-commands-in-pieces
"curl" -s 'http://pieces.invalid/c' | 'sh'
# ok: spells-commands-in-pieces
sh -c 'sed' "node"
