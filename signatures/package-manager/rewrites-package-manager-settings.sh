# ruleid: rewrites-package-manager-settings
npm config set node-options "--require=/tmp/h.js"
# ruleid: rewrites-package-manager-settings
git config --global url."https://g.example.test/".insteadOf "https://code.example.test/"
# ruleid: rewrites-package-manager-settings
echo "registry=https://r.example.test/" >> "$INIT_CWD/.npmrc"
# ok: rewrites-package-manager-settings
npm config get prefix
# ok: rewrites-package-manager-settings
git config user.name
# ok: rewrites-package-manager-settings
cat .npmrc
