const { execFileSync } = require("child_process");
execFileSync("gh", ["release", "download", "-R", "a/b", "--pattern", "words.txt"]);
