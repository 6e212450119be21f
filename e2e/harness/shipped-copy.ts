/**
 * A copy of what ships, for stories in which a server gets another build of the web client. It lies within the repository, where
 * the server finds its packages.
 */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(ROOT, '.cache')

export interface ShippedCopy {
  /** The server, for `startServer`. */
  readonly program: string
  /**
   * Puts another build in the place of the web client: the page carries this name (`data-build`) and an entry script of another name, and nothing is
   * left of the one before.
   */
  rebuild(name: string): void
}

/** Within a test. */
export function copyWhatShips(): ShippedCopy {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'shipped-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const client = join(folder, 'apps/web/dist')
  for (const part of ['server/dist', 'server/package.json', 'web/dist'])
    cpSync(join(ROOT, 'apps', part), join(folder, 'apps', part), { recursive: true })
  return {
    program: join(folder, 'apps/server/dist/reforms.js'),
    rebuild: (name) => {
      const assets = join(client, 'assets')
      const entry = readdirSync(assets).find((file) => /^index-.*\.js$/.test(file))!
      const next = `index-${name.replaceAll(/\W/g, '')}.js`
      renameSync(join(assets, entry), join(assets, next))
      const page = readFileSync(join(client, 'index.html'), 'utf8')
      const changed = page.replace(entry, next).replace(/<html /, `<html data-build="${name}" `)
      writeFileSync(join(client, 'index.html'), changed)
      execFileSync(process.execPath, [join(ROOT, 'tools/service-worker.mjs'), client])
    },
  }
}
