# ruleid: rewrites-other-programs
cp -f patched.js ../neighbour/index.js
# ruleid: rewrites-other-programs
sed -i 's/a/b/' ../../node_modules/neighbour/index.js
# ruleid: rewrites-other-programs
echo "$more" >> ../neighbour/lib/index.js
# ok: rewrites-other-programs
cp ../LICENSE LICENSE
# ok: rewrites-other-programs
cp -r src/lib dist/lib
# ok: rewrites-other-programs
sed -i 's/a/b/' build/config.js
