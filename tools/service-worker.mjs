/**
 * Builds the service worker (apps/web/src/service-worker) into a folder that holds a built web client, with the list of what is in
 * it. As a program: `node tools/service-worker.mjs FOLDER`.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const SOURCE = fileURLToPath(new URL('../apps/web/src/service-worker/service-worker.ts', import.meta.url))
const NAME = 'sw.js'
const PAGE = 'index.html'
const NAME_CHARACTERS = 16

/** Source maps are for developers only, who are online; what is compressed goes under the name of the file itself. */
const LEFT_OUT = /^\.|\.(map|br|gz)$/

/** What only some ever use (apps/web/vite.config.ts) is kept when it is first fetched. */
const RARE = '/assets/rare/'

/** The client's files as addresses. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
    .map((entry) => `/${relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')}`)
    .filter((path) => path !== `/${NAME}` && path !== `/${PAGE}` && !path.startsWith(RARE))
    .sort()
}

/** What the service worker has to know of the build; shell.ts has its type. */
function describeBuild(folder) {
  const page = readFileSync(join(folder, PAGE), 'utf8')
  const files = filesIn(folder)
  const hash = createHash('sha256').update(page)
  for (const path of files) hash.update(path).update(readFileSync(join(folder, path)))
  const entries = files.filter((path) => path.startsWith('/assets/') && page.includes(path))
  return { name: hash.digest('hex').slice(0, NAME_CHARACTERS), files, entries }
}

export async function buildServiceWorker(folder) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [SOURCE],
    outfile: join(folder, NAME),
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    logLevel: 'warning',
    define: { REFORMS_BUILD: JSON.stringify(describeBuild(folder)) },
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = process.argv[2]
  if (folder === undefined) throw new Error('Name the folder of the built web client.')
  await buildServiceWorker(folder)
}
