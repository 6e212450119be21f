/**
 * Writes each file of a built web client once more as Brotli and as gzip beside it, for servers to send as it is. As a program:
 * `node tools/compress.mjs FOLDER`. What is there from before is replaced.
 */
import { readdirSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const COMPRESSIBLE = /\.(html|js|css|svg|wasm|webmanifest)$/
const COMPRESSED = /\.(br|gz)$/
/** Below a packet's size there is nothing to gain. */
const LEAST_BYTES = 1024

const brotli = (bytes) =>
  promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
const ENCODINGS = [
  ['br', brotli],
  ['gz', (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION })],
]

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

async function compressFile(file) {
  const bytes = await readFile(file)
  if (bytes.length < LEAST_BYTES) return
  await Promise.all(
    ENCODINGS.map(async ([ending, compress]) => writeFile(`${file}.${ending}`, await compress(bytes))),
  )
}

export async function compressFolder(folder) {
  for (const file of filesIn(folder)) if (COMPRESSED.test(file)) rmSync(file)
  await Promise.all(
    filesIn(folder)
      .filter((file) => COMPRESSIBLE.test(file))
      .map(compressFile),
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = process.argv[2]
  if (folder === undefined) throw new Error('Name the folder of the built web client.')
  await compressFolder(folder)
}
