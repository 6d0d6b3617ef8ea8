// Ask Node itself what specifiers mean; nothing is loaded.
// stdin: [[file, specifier], ...]; stdout: for each, the files that require and import come to, by their real paths.
import { createRequire } from 'node:module'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const file = path => path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile() ? realpathSync(path) : null
const attempt = found => {
  try {
    return file(found())
  } catch {
    return null
  }
}
const answers = JSON.parse(readFileSync(0, 'utf8')).map(([from, specifier]) => [
  attempt(() => createRequire(from).resolve(specifier)),
  attempt(() => fileURLToPath(import.meta.resolve(specifier, pathToFileURL(from).href))),
])
process.stdout.write(JSON.stringify(answers))
