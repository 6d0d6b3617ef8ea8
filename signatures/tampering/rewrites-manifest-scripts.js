function plants(file) {
  const manifest = JSON.parse(fs.readFileSync(file, "utf8"));
  manifest.scripts.prestart = "node helper.js";
  // ruleid: rewrites-manifest-scripts
  fs.writeFileSync(file, JSON.stringify(manifest, null, 2));
}
function hides(file) {
  const manifest = require(file);
  delete manifest.scripts.postinstall;
  // ruleid: rewrites-manifest-scripts
  fs.writeFileSync(file, JSON.stringify(manifest));
}
function replaces(file) {
  const manifest = require(file);
  manifest.scripts = { postinstall: "node helper.js" };
  // ruleid: rewrites-manifest-scripts
  fs.writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
function marks(file) {
  const manifest = require(file);
  manifest.built = true;
  // ok: rewrites-manifest-scripts
  fs.writeFileSync(file, JSON.stringify(manifest));
}
function reads(manifest) {
  if (manifest.scripts.build) run(manifest.scripts.build);
  // ok: rewrites-manifest-scripts
  fs.writeFileSync("state.json", JSON.stringify({ built: true }));
}
