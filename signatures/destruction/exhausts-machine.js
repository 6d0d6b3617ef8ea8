while (true) {
  // ruleid: exhausts-machine
  child.fork(__filename);
}
for (;;) {
  // ruleid: exhausts-machine
  fs.appendFileSync("/tmp/full", filler);
}

for (const tool of tools) {
  // ok: exhausts-machine
  child.spawn(tool);
}
while (true) {
  const parent = path.dirname(folder);
  // ok: exhausts-machine
  if (fs.existsSync(path.join(parent, "package.json"))) break;
}
