# ruleid: starts-hidden-program
chmod +x ./lib/.d && (nohup ./lib/.d >/dev/null 2>&1 &)
# ruleid: starts-hidden-program
./assets/.svc --quiet
# ruleid: starts-hidden-program
start /B lib\helper.exe
# ok: starts-hidden-program
./node_modules/.bin/tool build
# ok: starts-hidden-program
./configure --quiet
# ok: starts-hidden-program
nohup
# ok: starts-hidden-program
cat .config
