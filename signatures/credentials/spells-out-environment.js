// ruleid: spells-out-environment
const t = Object.keys(process.env).map((k) => k + process.env[k]).join("\n");
// ok: spells-out-environment
const t = Object.keys(process.env).length;
