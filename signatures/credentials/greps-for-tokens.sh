# ruleid: greps-for-tokens
grep -rhoE "ghp_[A-Za-z0-9]{36}" .
# ruleid: greps-for-tokens
grep -h _authToken ~/.npmrc
# ok: greps-for-tokens
grep -r text src
