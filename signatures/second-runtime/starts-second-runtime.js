// ruleid: starts-second-runtime
const runtime = path.join(folder, "bun");
// ok: starts-second-runtime
const runtime = "node";
