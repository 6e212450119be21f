/** Writes a backup: every table in one snapshot, then the blobs. Streams; the server may run meanwhile. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Sql, TransactionSql } from 'postgres'
import { copyOut } from './copy.ts'
import { MAGIC, type BackupHeader, type BackupTable, type Section } from './format.ts'
import { readHeader } from './tables.ts'

/** Blobs are ciphertext, which does not shrink. */
const GZIP_LEVEL = 3

export interface BackupSource {
  readonly sql: Sql
  readonly blobFolder: string
  readonly version: string
}

export interface BackupSize {
  readonly tables: number
  readonly blobs: number
}

/** Writes beside `file` and renames at the end: a file of that name is always whole. */
export async function writeBackup(source: BackupSource, file: string): Promise<BackupSize> {
  const half = `${file}.part`
  try {
    const size = await writeSnapshot(source, half)
    await synchronise(half)
    await rename(half, file)
    return size
  } catch (error) {
    await rm(half, { force: true })
    throw error
  }
}

/** The snapshot is older than the files: an upload that it knows of is there at least that far. */
async function writeSnapshot(source: BackupSource, half: string): Promise<BackupSize> {
  return source.sql.begin('isolation level repeatable read read only', async (transaction) => {
    const header = await readHeader(transaction, source.version)
    const blobs = await blobFiles(source.blobFolder)
    const destination = createWriteStream(half, { mode: 0o600 })
    const sections = Readable.from(body(transaction, header.tables, blobs, source.blobFolder))
    await pipeline(sections, createGzip({ level: GZIP_LEVEL }), (gzip) => sealed(header, gzip), destination)
    return { tables: header.tables.length, blobs: blobs.length }
  })
}

async function* sealed(header: BackupHeader, gzip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  const start = Buffer.from(`${MAGIC}${JSON.stringify(header)}\n`)
  hash.update(start)
  yield start
  for await (const chunk of gzip) {
    hash.update(chunk)
    yield chunk
  }
  yield hash.digest()
}

async function* body(
  transaction: TransactionSql,
  tables: readonly BackupTable[],
  blobs: readonly string[],
  blobFolder: string,
): AsyncGenerator<Buffer> {
  for (const table of tables) yield* section({ table: table.name }, copyOut(transaction, table))
  for (const file of blobs) {
    // One that was erased since the list was made is erased.
    if (existsSync(file)) yield* section({ blob: relative(blobFolder, file) }, createReadStream(file))
  }
  yield line({ end: true })
}

async function* section(name: Section, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield line(name)
  for await (const chunk of content) {
    if (chunk.length > 0) yield Buffer.concat([length(chunk.length), chunk])
  }
  yield length(0)
}

function line(name: Section): Buffer {
  return Buffer.from(`${JSON.stringify(name)}\n`)
}

function length(bytes: number): Buffer {
  const encoded = Buffer.alloc(4)
  encoded.writeUInt32BE(bytes)
  return encoded
}

/** What begins with a dot is the server's own notes about this folder: they would be wrong about another. */
async function blobFiles(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
  return files.map((entry) => join(entry.parentPath, entry.name))
}

async function synchronise(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
