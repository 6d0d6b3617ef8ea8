const fs = require("fs");
const path = require("path");

const used = [".gitlab-ci.yml", ".circleci/config.yml"].filter((name) => fs.existsSync(path.join(process.env.INIT_CWD, name)));
console.log(`add the check to ${used.join(", ") || ".github/workflows"}`);
