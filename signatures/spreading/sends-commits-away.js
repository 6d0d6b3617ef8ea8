const { execFileSync } = require("child_process");
execFileSync("git", ["push", "--quiet", "origin", "HEAD"]);
