# ruleid: steers-package-manager
npm_config_userconfig=./share/rc npm --prefix "$INIT_CWD" install
# ok: steers-package-manager
echo "$npm_config_userconfig"
