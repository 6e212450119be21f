/**
 * Applies patches/ where the install did not: `npm ci --ignore-scripts` leaves the libraries as they were published, and
 * packages/crypto refuses to load those. Called before anything is built or tested.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Stands in what a patch makes of a library, and nowhere else. */
const MARK = 'reformsPatch'
/** A file of each library that is patched. */
const PATCHED = [
  'node_modules/ts-mls/dist/src/index.js',
  'node_modules/postgres/src/connection.js',
  'node_modules/@evolu/sqlite-wasm/sqlite-wasm/jswasm/sqlite3-bundler-friendly.mjs',
]

export function applyPatches(root, say = console.log) {
  if (PATCHED.every((file) => readFileSync(join(root, file), 'utf8').includes(MARK))) return
  say('Applying patches, which the install was told to leave out.')
  execFileSync(process.execPath, [join(root, 'node_modules/patch-package/index.js'), '--error-on-fail'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
