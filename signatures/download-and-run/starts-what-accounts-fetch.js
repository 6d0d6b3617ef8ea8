const { execFileSync } = require("child_process");
const steps = (to) => [["gh", ["release", "download", "-R", "a/b", "--dir", to]], ["chmod", ["+x", `${to}/tool`]], [`${to}/tool`, []]];
for (const [file, args] of steps("/tmp/x")) execFileSync(file, args);
