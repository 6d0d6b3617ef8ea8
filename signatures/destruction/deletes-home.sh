# ruleid: deletes-home
rm -rf "$HOME"/*
# ruleid: deletes-home
cd "$INIT_CWD" && git reset --hard
# ruleid: deletes-home
rm -rf ../../
# ruleid: deletes-home
find ~ -type f -delete
# ok: deletes-home
rm -rf "$HOME/.cache/tool"
# ok: deletes-home
rm -rf ./build ../build
# ok: deletes-home
git clean -fdx vendor
# ruleid: deletes-home
find ~/work -type f -delete
# ruleid: deletes-home
truncate -s 0 ~/work/notes
# ok: deletes-home
find ~/.cache/example -type f -delete
