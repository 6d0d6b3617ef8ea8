# ruleid: installs-by-address
npx --yes https://files.example.test/run.tgz
# ruleid: installs-by-address
npm install helper --registry https://r.example.test
# ruleid: installs-by-address
pip install --index-url https://p.example.test/simple helper
# ok: installs-by-address
npm install --ignore-scripts
# ok: installs-by-address
npx node-gyp rebuild
