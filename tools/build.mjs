/**
 * Builds what `npm start` runs: the server (apps/server/dist), the web client (apps/web/dist) and the terminal programs
 * (apps/terminal/dist), or the part that is named. What is as it was, sources, tools and lock file, is skipped.
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { compressFolder } from './compress.mjs'
import { applyPatches } from './patches.mjs'
import { buildServiceWorker } from './service-worker.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))
const LIBRARIES = ['packages/protocol', 'packages/crypto', 'packages/client']
const LOCK_POLL_MS = 100
const EVERYWHERE = [
  'package-lock.json',
  'tools/build.mjs',
  'tools/compress.mjs',
  'tools/service-worker.mjs',
  'patches',
  'tsconfig.base.json',
]
const SKIPPED = new Set(['node_modules', 'dist', 'dist-types', 'preview'])

const PARTS = [
  {
    name: 'server',
    folder: 'apps/server',
    libraries: LIBRARIES.slice(0, 2),
    result: 'reforms.js',
    build: buildServer,
  },
  { name: 'terminal', folder: 'apps/terminal', libraries: LIBRARIES, build: buildTerminal },
  { name: 'web client', folder: 'apps/web', libraries: LIBRARIES, result: 'index.html', build: buildWeb },
]

/** Every file below a path that a build may depend on; tests and earlier results are none. */
function sourceFiles(path) {
  if (!existsSync(path)) return []
  const entries = readdirSync(path, { withFileTypes: true })
  return entries.flatMap((entry) => {
    if (SKIPPED.has(entry.name) || /\.(test\.tsx?|tsbuildinfo)$/.test(entry.name)) return []
    return entry.isDirectory() ? sourceFiles(join(path, entry.name)) : [join(path, entry.name)]
  })
}

function fingerprint(paths) {
  const files = paths.flatMap((path) =>
    /\.\w+$/.test(path) ? [join(root, path)] : sourceFiles(join(root, path)),
  )
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    if (!existsSync(file)) continue
    const bytes = readFileSync(file)
    hash.update(`${relative(root, file)}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

function stampFile(part) {
  return join(root, part.folder, 'dist', '.stamp')
}

function isUpToDate(part, stamp) {
  const stamped = stampFile(part)
  if (part.result && !existsSync(join(root, part.folder, 'dist', part.result))) return false
  return existsSync(stamped) && readFileSync(stamped, 'utf8') === stamp
}

/** Entry points of a program: its main file, its other programs and its workers. */
function entryPoints(folder, main) {
  const workers = sourceFiles(join(root, folder, 'src')).filter((file) => file.endsWith('-worker.ts'))
  const programs = main.map((name) => join(root, folder, 'src', name)).filter((file) => existsSync(file))
  return [...programs, ...workers]
}

/** Hundreds of small modules: reading each of them would be half of the time and a fifth of the memory of a start. */
const BUNDLED = ['typebox', 'ts-mls', '@noble', '@hpke']

/** Other npm packages stay outside; our own, which are consumed from source, are bundled as well. */
const npmPackagesOutside = {
  name: 'npm-packages-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const inside = kind === 'entry-point' || ['@reforms', ...BUNDLED].includes(path.split('/')[0])
      return inside ? undefined : { path, external: true }
    })
  },
}

async function bundle(folder, entries, names) {
  const { build } = await import('esbuild')
  const outdir = join(root, folder, 'dist')
  rmSync(outdir, { recursive: true, force: true })
  if (entries.length === 0) return
  await build({
    entryPoints: Object.fromEntries(entries.map((file) => [names(file), file])),
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [npmPackagesOutside],
  })
}

const baseName = (file) => file.replace(/^.*\//, '').replace(/\.ts$/, '')

async function buildServer() {
  const entries = entryPoints('apps/server', ['reforms.ts', 'main.ts'])
  await bundle('apps/server', entries, (file) => (file.endsWith('/main.ts') ? 'program' : baseName(file)))
  const migrations = join(root, 'apps/server/dist/migrations')
  mkdirSync(migrations, { recursive: true })
  for (const file of sourceFiles(join(root, 'apps/server/src/features'))) {
    if (file.endsWith('.sql')) cpSync(file, join(migrations, file.replace(/^.*\//, '')))
  }
}

async function buildTerminal() {
  const entries = entryPoints('apps/terminal', ['main.ts', 'demo.ts'])
  await bundle('apps/terminal', entries, baseName)
}

async function buildWeb() {
  if (!existsSync(join(root, 'apps/web/index.html'))) return
  const { build } = await import('vite')
  // A test runner sets it, and React would then be built in, slow and talkative, as for development.
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  await build({ root: join(root, 'apps/web'), logLevel: 'error' }).finally(() => {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
  })
  await buildServiceWorker(join(root, 'apps/web/dist'))
  await compressFolder(join(root, 'apps/web/dist'))
}

/** One build at a time: a second `npm start` waits for the first one's. */
async function alone(work) {
  const lock = join(root, '.cache', 'build.lock')
  mkdirSync(dirname(lock), { recursive: true })
  while (!take(lock)) await sleep(LOCK_POLL_MS)
  try {
    await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** A build that was killed leaves its lock behind: then its process is gone. */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (existsSync(lock) && !isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true })
    return false
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function outdatedParts(only, force) {
  const wanted = PARTS.filter(({ folder }) => only === undefined || folder === `apps/${only}`)
  return wanted
    .map((part) => ({
      ...part,
      stamp: fingerprint([part.folder, ...part.libraries, ...EVERYWHERE]),
    }))
    .filter((part) => force || !isUpToDate(part, part.stamp))
}

/**
 * Builds what is not up to date, of all or of one app; `say` gets a line for each part that is built. Writes nothing when
 * all is as it was.
 */
export async function buildAll({ only, force = false, say = console.log } = {}) {
  applyPatches(root, say)
  if (outdatedParts(only, force).length === 0) return
  await alone(async () => {
    for (const part of outdatedParts(only, force)) await buildPart(part, say)
  })
}

async function buildPart(part, say) {
  const began = Date.now()
  say(`Building the ${part.name}…`)
  await part.build()
  mkdirSync(dirname(stampFile(part)), { recursive: true })
  writeFileSync(stampFile(part), part.stamp)
  say(`Built the ${part.name} in ${((Date.now() - began) / 1000).toFixed(1)} s.`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2)
  await buildAll({
    only: args.find((argument) => !argument.startsWith('-')),
    force: args.includes('--force'),
  })
}
