# ruleid: erases-itself
rm -- "$0"
# ruleid: erases-itself
mv -f other.json package.json
# ok: erases-itself
cp package.json dist/
# ok: erases-itself
rm -f build.log
