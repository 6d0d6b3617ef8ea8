# ruleid: searches-for-tokens
grep -rhoE "ghp_[A-Za-z0-9]{36}" .
# ruleid: searches-for-tokens
grep -h _authToken ~/.npmrc
# ok: searches-for-tokens
grep -r text src
