/** Reads a backup file: first whether it is whole, then its header and its sections, in order. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { OperatorProblem } from '../../config/operator-problem.ts'
import { ByteReader } from './byte-reader.ts'
import {
  CHUNK_MAX_BYTES,
  DIGEST_BYTES,
  HEADER_MAX_BYTES,
  MAGIC,
  type BackupHeader,
  type Section,
} from './format.ts'

const SECTION_LINE_MAX_BYTES = 4096

export interface Backup {
  readonly header: BackupHeader
  /** The content of a section has to be read to its end before the next is asked for. */
  sections(): AsyncGenerator<{ readonly name: Section; readonly content: AsyncGenerator<Buffer> }>
}

/** Throws OperatorProblem for what is no backup, is not whole, or was altered. Reads the file twice. */
export async function openBackup(file: string): Promise<Backup> {
  const size = await sizeOf(file)
  const start = await readStart(file)
  await checkDigest(file, size)
  return { header: start.header, sections: () => sections(file, start.length, size - DIGEST_BYTES - 1) }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new OperatorProblem(`The backup ${file} cannot be read (${code}).`, 1, error)
  }
}

async function readStart(file: string): Promise<{ header: BackupHeader; length: number }> {
  const stream = createReadStream(file)
  try {
    const reader = new ByteReader(stream)
    const magic = await reader.line(MAGIC.length)
    if (`${magic}\n` !== MAGIC) throw new Error('it does not begin as a backup does')
    const header = await reader.line(HEADER_MAX_BYTES)
    const length = MAGIC.length + Buffer.byteLength(header) + 1
    return { header: JSON.parse(header) as BackupHeader, length }
  } catch (error) {
    throw new OperatorProblem(`${file} is not a backup of Reforms: ${(error as Error).message}.`, 1, error)
  } finally {
    stream.destroy()
  }
}

async function checkDigest(file: string, size: number): Promise<void> {
  const hash = createHash('sha256')
  const end = Math.max(0, size - DIGEST_BYTES)
  for await (const chunk of createReadStream(file, { end: Math.max(0, end - 1) }))
    hash.update(chunk as Buffer)
  if (hash.digest().equals(await lastBytes(file, end))) return
  throw new OperatorProblem(
    `The backup ${file} is damaged: its checksum does not fit. Nothing was changed. Use another copy.`,
  )
}

async function lastBytes(file: string, from: number): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(DIGEST_BYTES), 0, DIGEST_BYTES, from)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function* sections(file: string, start: number, end: number): ReturnType<Backup['sections']> {
  const compressed = createReadStream(file, { start, end })
  const plain = compressed.pipe(createGunzip())
  compressed.on('error', (error) => plain.destroy(error))
  try {
    const reader = new ByteReader(Readable.from(plain))
    for (;;) {
      const name = JSON.parse(await reader.line(SECTION_LINE_MAX_BYTES)) as Section
      if ('end' in name) return
      yield { name, content: chunks(reader) }
    }
  } finally {
    compressed.destroy()
    plain.destroy()
  }
}

async function* chunks(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const length = (await reader.bytes(4)).readUInt32BE()
    if (length === 0) return
    if (length > CHUNK_MAX_BYTES) throw new Error('a chunk is too long')
    yield await reader.bytes(length)
  }
}
