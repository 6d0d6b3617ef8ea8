function plants(file) {
  const manifest = JSON.parse(fs.readFileSync(file, "utf8"));
  manifest.scripts["postinstall"] = "node helper.js";
  // ruleid: rewrites-lifecycle-scripts
  fs.writeFileSync(file, JSON.stringify(manifest, null, 2));
}
function adds(file) {
  const manifest = JSON.parse(fs.readFileSync(file, "utf8"));
  manifest.scripts = { ...manifest.scripts, preinstall: "node helper.js" };
  // ruleid: rewrites-lifecycle-scripts
  fs.writeFileSync(file, JSON.stringify(manifest, null, 2));
}
function hides(file) {
  const manifest = require(file);
  delete manifest.scripts.postinstall;
  // ruleid: rewrites-lifecycle-scripts
  fs.writeFileSync(file, JSON.stringify(manifest));
}
function offers(file) {
  const manifest = require(file);
  manifest.scripts = manifest.scripts || {};
  manifest.scripts.lint = "tool lint";
  // ok: rewrites-lifecycle-scripts
  fs.writeFileSync(file, JSON.stringify(manifest));
}
