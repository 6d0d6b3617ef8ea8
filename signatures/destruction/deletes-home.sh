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
