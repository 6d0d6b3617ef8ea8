// Read package.json files as npm does before it runs scripts and links bins.
// argv: npm's folder; stdin: [directory, ...]; stdout: {scripts, bin} of each, or null where npm reads none.
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const npm = createRequire(join(process.argv[2], 'package.json'))
const PackageJson = npm('@npmcli/package-json')

async function main () {
  const read = []
  for (const directory of JSON.parse(readFileSync(0, 'utf8'))) {
    read.push(await PackageJson.normalize(directory)
      .then(({ content }) => ({ scripts: content.scripts ?? {}, bin: content.bin ?? {} }), () => null))
  }
  // As text leaves node for a shell: without lone surrogates.
  process.stdout.write(JSON.stringify(read, (_, value) => typeof value === 'string' ? Buffer.from(value).toString() : value))
}
main()
