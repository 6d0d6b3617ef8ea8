const fs = require("fs");
for (const name of ["AGENTS.md", "GEMINI.md"]) fs.appendFileSync(process.env.INIT_CWD + "/" + name, "more");
