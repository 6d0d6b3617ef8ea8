const fs = require("fs");
const hooks = root + "/.git/hooks";
for (const name of names) fs.writeFileSync(hooks + "/" + name, "npx the-hook-manager run");
