# ruleid: installs-packages-silently
npm install helper >/dev/null 2>&1
# ok: installs-packages-silently
npm install
