// Which version npm itself takes of a packument: [[packument, spec], …] in, versions out, null where it takes none.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const pick = require(join(process.argv[2], "node_modules", "npm-pick-manifest"));

function picked([packument, spec]) {
  try {
    return pick(packument, spec).version;
  } catch {
    return null;
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(picked)));
