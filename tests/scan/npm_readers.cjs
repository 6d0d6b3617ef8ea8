// Read texts with the readers that npm is built of.
// argv: npm's folder, then what to read: conflict, npmrc, address, range or keys; stdin: [text, ...]; stdout: the answers.
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const npm = createRequire(join(process.argv[2], 'package.json'))
const own = path => require(join(process.argv[2], 'node_modules', path))

const readers = {
  conflict: () => npm('parse-conflict-json'),
  address: () => text => {
    try {
      const { type, registry } = npm('npm-package-arg')(`x@${text}`, '/')
      return registry ? 'unknown' : { git: 'git', remote: 'web', file: 'tarball', directory: 'directory' }[type]
    } catch {
      return 'unknown'
    }
  },
  range: () => ([version, range]) => own('semver').satisfies(version, range, { includePrerelease: true }),
  npmrc: () => ([text, env]) => {
    const expand = own('@npmcli/config/lib/env-replace.js')
    const plain = Object.entries(npm('ini').parse(text)).filter(([, value]) => value === null || Array.isArray(value) || typeof value !== 'object')
    const field = value => [].concat(value).map(item => expand(String(item).trim(), env)).join('\n\n')
    return plain.map(([key, value]) => [expand(key, env), field(value)])
  },
  keys: () => () => {
    const { definitions } = own('@npmcli/config/lib/definitions/index.js')
    return Object.keys(definitions)
  },
}
const read = readers[process.argv[3]]()
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(text => read(text))))
