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
const BUILT = join(ROOT, 'apps/web/dist')
/** The server sends a file as it is where it is not there compressed. */
const LEFT_OUT = /\.(map|br|gz)$/

export interface ShippedCopy {
  /** The server, for `startServer`. */
  readonly program: string
  /**
   * Puts another build in the place of the web client: the page carries this name (`data-build`) and scripts of other names, and
   * nothing is left of the one before.
   */
  rebuild(name: string): void
}

/** Within a test. */
export function copyWhatShips(): ShippedCopy {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'shipped-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const client = join(folder, 'apps/web/dist')
  for (const part of ['server/dist', 'server/package.json'])
    cpSync(join(ROOT, 'apps', part), join(folder, 'apps', part), { recursive: true })
  return {
    program: join(folder, 'apps/server/dist/reforms.js'),
    rebuild: (name) => {
      rmSync(client, { recursive: true, force: true })
      cpSync(BUILT, client, { recursive: true, filter: (file) => !LEFT_OUT.test(file) })
      renameScripts(client, name)
      const page = join(client, 'index.html')
      writeFileSync(page, readFileSync(page, 'utf8').replace(/<html /, `<html data-build="${name}" `))
      execFileSync(process.execPath, [join(ROOT, 'tools/service-worker.mjs'), client])
    },
  }
}

/** All of them: each names others, and a name stands for what is in the file. */
function renameScripts(client: string, build: string): void {
  const assets = join(client, 'assets')
  const scripts = readdirSync(assets).filter((file) => file.endsWith('.js'))
  const renamed = (file: string) => file.replace(/\.js$/, `-${build}.js`)
  for (const file of [join(client, 'index.html'), ...scripts.map((script) => join(assets, script))]) {
    const words = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      scripts.reduce((changed, script) => changed.replaceAll(script, renamed(script)), words),
    )
  }
  for (const script of scripts) renameSync(join(assets, script), join(assets, renamed(script)))
}
