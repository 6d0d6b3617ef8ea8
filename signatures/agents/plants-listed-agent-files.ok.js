const fs = require("fs");
for (const name of ["AGENTS.md", "GEMINI.md"]) console.log(fs.existsSync(process.env.INIT_CWD + "/" + name));
