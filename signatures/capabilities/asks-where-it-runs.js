// ruleid: asks-where-it-runs
const here = process.cwd();
// ok: asks-where-it-runs
const here = 1;
