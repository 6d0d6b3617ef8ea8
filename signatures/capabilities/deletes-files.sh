# ruleid: deletes-files
rm -rf build
# ok: deletes-files
echo rm
