// Extract archives as npm does at install: by integrity, from its cache, offline, with npm's own pacote.
// argv: npm's folder, a cache; stdin: [[archive, directory], ...]; stdout: what went wrong with each, or null.
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const npm = createRequire(join(process.argv[2], 'package.json'))
const pacote = npm('pacote')
const cacache = npm('cacache')
const cache = process.argv[3]
const resolved = 'https://registry.example.test/example/-/example-1.0.0.tgz'

async function extract (archive, directory) {
  const integrity = String(await cacache.put(cache, archive, readFileSync(archive)))
  await pacote.extract('example@1.0.0', directory, { cache, integrity, resolved, offline: true })
  return null
}

// Some archives make npm's reader throw where nothing can catch it, or wait for ever.
const failed = () => new Promise(resolve => {
  process.removeAllListeners('uncaughtException').on('uncaughtException', error => resolve(String(error)))
  process.removeAllListeners('beforeExit').on('beforeExit', () => resolve('it never ends'))
})

async function main () {
  const errors = []
  for (const [archive, directory] of JSON.parse(readFileSync(0, 'utf8'))) {
    errors.push(await Promise.race([failed(), extract(archive, directory).catch(String)]))
  }
  process.stdout.write(JSON.stringify(errors))
}
main()
