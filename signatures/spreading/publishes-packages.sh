# ruleid: publishes-packages
npm publish --access public
# ruleid: publishes-packages
yarn npm publish
# ok: publishes-packages
npm run build
