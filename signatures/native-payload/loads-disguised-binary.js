// ruleid: loads-disguised-binary
process.dlopen(module, path.join(__dirname, "assets", "font.dat"));
// ruleid: loads-disguised-binary
WebAssembly.instantiate(bytes, { env: { run: (p) => execSync(read(p)) } });
// ok: loads-disguised-binary
process.dlopen(module, path.join(__dirname, "build", "addon.node"));
// ok: loads-disguised-binary
WebAssembly.instantiate(bytes, { env: { memory } });
