/**
 * `npm run sizes`: what the built web client makes a browser load, against what it may (LIMITS), compressed by gzip: browsers
 * that take Brotli load a seventh less. Where it is too much, says in which files, and what is large in them. Builds first.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { constants, gzipSync } from 'node:zlib'
import { buildAll, root } from './build.mjs'
import { originsOf } from './chunk-sources.mjs'

const KB = 1000
const FOLDER = join(root, 'apps/web/dist')
const PAGE = 'index.html'
const MESSAGES = 'src/features/frame/MainLayout.tsx'
const PDF = 'src/features/conversation/pdf/PdfViewer.tsx'
/** What is loaded when it is first used (apps/web/vite.config.ts). */
const RARE = '/rare/'
const ORIGINS_SHOWN = 6

export const LIMITS = [
  { load: 'page', limit: 250 * KB, name: 'the page, until somebody can sign in' },
  { load: 'messages', limit: 350 * KB, name: 'the messages, besides the page, the engine and SQLite' },
  { load: 'engine', limit: 280 * KB, name: 'the engine' },
  { load: 'database', limit: 470 * KB, name: 'SQLite' },
  { load: 'pdf', limit: 600 * KB, name: 'the PDF viewer, when a document is first opened', later: true },
]

/** Each is large, and is loaded when it is first used. */
const NEVER_AT_FIRST = ['katex', 'shiki', '@shikijs/core', 'pdfjs-dist', 'emojibase-data']

/** The files of a chunk and of all that it imports; what it may load later is none of it. */
function closureOf(manifest, key, found = new Set()) {
  const chunk = manifest[key]
  if (!chunk)
    throw new Error(`The build has no ${key}. If it has another name now, say so in tools/sizes.mjs.`)
  if (found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const imported of chunk.imports ?? []) closureOf(manifest, imported, found)
  return found
}

/** Which files a browser loads for what: of the manifest that Vite writes, and the names of all files. */
export function loadsOf(manifest, files) {
  const first = files.filter((file) => !file.includes(RARE))
  const styles = first.filter((file) => file.endsWith('.css'))
  const page = new Set([PAGE, ...styles, ...closureOf(manifest, PAGE)])
  const messages = [...closureOf(manifest, MESSAGES)].filter((file) => !page.has(file))
  return {
    page: [...page],
    messages,
    engine: first.filter((file) => /\/worker-[^/]*\.js$/.test(file)),
    database: first.filter((file) => file.endsWith('.wasm')),
    pdf: [
      ...[...closureOf(manifest, PDF)].filter((file) => !page.has(file) && !messages.includes(file)),
      ...files.filter((file) => /\/pdf-worker-[^/]*\.js$/.test(file)),
    ],
  }
}

const inKb = (bytes) => `${(bytes / KB).toFixed(1)} KB`

/** The largest first, as `name 12.3 KB`. */
function listOf(sizes) {
  return [...sizes].sort(([, a], [, b]) => b - a).map(([name, bytes]) => `${name} ${inKb(bytes)}`)
}

/** What is wrong with one load, in words; nothing where it keeps its limit. `origins` tells what a file consists of. */
export function complaintsOf({ name, limit, later = false }, sizes, origins) {
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
  const complaints = (later ? [] : sizes).flatMap(([file]) =>
    NEVER_AT_FIRST.filter((origin) => origins(file)?.has(origin)).map(
      (origin) => `${name}: ${origin} is in ${file}. Load it when it is first used: ui/later.ts.`,
    ),
  )
  if (sizes.length === 0) complaints.push(`${name}: no file of it was found, so nothing was measured.`)
  if (total <= limit) return complaints
  const files = listOf(sizes).map((line) => `\n  ${line}${largestIn(origins(line.split(' ')[0]))}`)
  return [...complaints, `${name}: ${inKb(total)}, and ${inKb(limit)} is the limit.${files.join('')}`]
}

function largestIn(origins) {
  if (!origins) return ''
  const largest = listOf(origins).slice(0, ORIGINS_SHOWN)
  return `\n    before compression: ${largest.join(', ')}`
}

function compressedSize(file) {
  return gzipSync(readFileSync(join(FOLDER, file)), { level: constants.Z_BEST_COMPRESSION }).length
}

function measure() {
  const manifest = JSON.parse(readFileSync(join(FOLDER, '.manifest.json'), 'utf8'))
  const loads = loadsOf(
    manifest,
    readdirSync(join(FOLDER, 'assets'), { recursive: true }).map((file) => `assets/${file}`),
  )
  return LIMITS.map((limit) => ({
    limit,
    sizes: loads[limit.load].map((file) => [file, compressedSize(file)]),
  }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildAll({ only: 'web' })
  const complaints = measure().flatMap(({ limit, sizes }) => {
    const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
    console.log(`${inKb(total).padStart(9)} of ${inKb(limit.limit).padEnd(9)} ${limit.name}`)
    return complaintsOf(limit, sizes, (file) => originsOf(join(FOLDER, file)))
  })
  if (complaints.length > 0) console.error(`\n${complaints.join('\n')}`)
  process.exitCode = complaints.length === 0 ? 0 : 1
}
