// ruleid: rewrites-other-packages
fs.writeFileSync(require.resolve("neighbour/lib/index.js"), changed);
// ruleid: rewrites-other-packages
fs.appendFileSync(path.join(root, "node_modules", "neighbour", "index.js"), more);
// ruleid: rewrites-other-packages
fs.writeFileSync(`${root}/node_modules/${name}/index.js`, text);
// ok: rewrites-other-packages
fs.writeFileSync(path.join(root, "node_modules", ".cache", "found.json"), text);
// ok: rewrites-other-packages
fs.writeFileSync(path.join(__dirname, "lib.js"), fs.readFileSync(require.resolve("neighbour")));
// ok: rewrites-other-packages
fs.readFileSync(require.resolve("neighbour"));
