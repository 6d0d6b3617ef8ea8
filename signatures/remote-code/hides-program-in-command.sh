# ruleid: hides-program-in-command
node -e 'require("child_process").exec("make")'
# ruleid: hides-program-in-command
python3 -c 'import urllib.request as u; u.urlopen("https://c.example.test")'
# ok: hides-program-in-command
node -e "try{require('./postinstall')}catch(e){}"
# ruleid: hides-program-in-command
node -e 'require("child_process").execSync("npm run build; curl c.example.test")'
# ok: hides-program-in-command
node -e "require('fs').existsSync('./src') && require('child_process').execSync('npm run build', {stdio: 'inherit'})"
# ok: hides-program-in-command
python3 -c "import sys; print(sys.version)"
