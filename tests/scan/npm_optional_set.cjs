// Ask arborist which packages go when one fails.
// argv: npm's folder, a project's folder; stdin: [location, ...]; stdout: a list of locations for each.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const arborist = join(process.argv[2], 'node_modules/@npmcli/arborist')
const Arborist = require(arborist)
const optionalSet = require(join(arborist, 'lib/optional-set.js'))

async function main () {
  const loader = new Arborist({ path: process.argv[3], offline: true, cache: join(process.argv[3], '.cache') })
  await loader.buildIdealTree()
  const { inventory } = loader.idealTree
  for (const node of inventory.values()) {
    node.inert = false // of this machine, which is not asked about
  }
  const sets = JSON.parse(readFileSync(0, 'utf8')).map(location => [...optionalSet(inventory.get(location))].map(node => node.location))
  process.stdout.write(JSON.stringify(sets))
}
main()
