// Read lockfiles with npm's own arborist.
// argv: npm's folder; stdin: [directory, ...]; stdout: what the tree of each holds, or what went wrong.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const arborist = join(process.argv[2], 'node_modules/@npmcli/arborist')
const Arborist = require(arborist)
const calcDepFlags = require(join(arborist, 'lib/calc-dep-flags.js'))

const UNKNOWN = { extraneous: true, dev: true, optional: true, devOptional: true, peer: true }

const told = node => ({
  location: node.location,
  name: node.packageName || node.name,
  version: node.version,
  resolved: node.isLink ? null : node.resolved,
  integrity: node.integrity,
  target: node.isLink ? node.target.location : null,
  bundler: node.inBundle ? node.getBundler().location : null,
  flags: ['dev', 'optional', 'devOptional', 'peer', 'extraneous'].filter(flag => node[flag])
})

async function read (path) {
  try {
    const tree = await new Arborist({ path, offline: true }).loadVirtual()
    const nodes = [...tree.inventory.values()]
    nodes.filter(node => !node.isRoot).forEach(node => Object.assign(node, UNKNOWN))
    calcDepFlags(tree)
    return { nodes: nodes.map(told) }
  } catch (error) {
    return { error: String(error) }
  }
}

async function main () {
  const trees = []
  for (const path of JSON.parse(readFileSync(0, 'utf8'))) {
    trees.push(await read(path))
  }
  process.stdout.write(JSON.stringify(trees))
}
main()
