# ruleid: evaluates-script-text
eval "$text"
# ruleid: evaluates-script-text
bash <<< "$(cat a)"
# ruleid: evaluates-script-text
cat a | node -
# ok: evaluates-script-text
sh build.sh
# ok: evaluates-script-text
echo eval
# ok: evaluates-script-text
sh -e "$script" "$@"
# ruleid: evaluates-script-text
sh -e -c "$text"
# ruleid: evaluates-script-text
bash -ec "$text"
