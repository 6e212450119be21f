/** Reading files of messages: small ones whole, any of them in ranges that are decrypted alone. SPEC.md, FIL-3 to FIL-5, BLB-4. */
import {
  CryptoError,
  chunkCount,
  decryptChunk,
  decryptFile,
  FILE_CHUNK_BYTES,
  FileHasher,
  knownContent,
  SEALED_CHUNK_BYTES,
  sealedSize,
  type FileReference,
} from '@reforms/crypto'
import type { BlobId, ChannelId, ClientId } from '@reforms/protocol'
import { filesOf } from '../channel/said.ts'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import type { Database } from '../../ports.ts'
import { shownFileName } from '../file-name.ts'
import { oldestSeq, readEntry } from '../tables/entries.ts'
import { readOutboxItem } from '../tables/outbox.ts'
import { readTransfer } from '../tables/transfers.ts'
import { readUploadBytes } from '../tables/uploads.ts'
import { MAY_HAVE_FILES, WITH_FILES } from '../tables/plans.ts'
import type { FileSource } from './source.ts'

/** What is read whole is held in memory, several times over. */
export const WHOLE_FILE_MAX_BYTES = 32 * 1024 * 1024
export const RANGE_MAX_BYTES = 8 * 1024 * 1024
/** Of so many files that are read at once, from their beginning, the hash is computed along. */
const READERS_MAX = 16
const PLACES_MAX = 1000
/** For one chunk, and a byte to see that no more comes. */
const ROOM_BYTES = SEALED_CHUNK_BYTES + 1

/** In the outbox or in the log. */
type Place = { clientId: string } | { seq: number }

/** Of one reader that goes through a file from its beginning: what is behind it. */
interface Reading {
  readonly hasher: FileHasher
  chunks: number
}

export class Opening {
  readonly #context: Context
  readonly #readings = new Map<string, Reading>()
  /** Where the message of a file stands: looking it up means looking through the channel's messages. */
  readonly #places = new Map<string, Place>()
  /** One chunk after the other is read into it: buffers of their own would lie about until garbage is collected. */
  #room: ArrayBuffer | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** Decrypts a whole file of a message, from the server or, while it is being sent, from the outbox. */
  async readWhole(channelId: ChannelId, blobId: string) {
    const reference = this.#referenceTo(channelId, blobId)
    const { size, key, hash, mediaType } = reference
    if (size > WHOLE_FILE_MAX_BYTES) {
      throw new IntentError({
        code: 'too-large',
        message: 'This file is too large to be opened here. Save it instead.',
      })
    }
    const bytes = await decryptFile(await this.#sealedRange(reference, 0, sealedSize(size)), key, hash)
    return { bytes, mediaType, name: shownFileName(reference.name) }
  }

  /** Whole chunks are read for it. Where `reader` goes on from the beginning to the end, the end tells whether the hash is right. */
  async readRange({ channelId, blobId, start, end, reader }: IntentInput<'file.range'>) {
    const reference = this.#referenceTo(channelId, blobId)
    if (start < 0 || end > reference.size || start > end || end - start > RANGE_MAX_BYTES) {
      throw new IntentError({ code: 'invalid-input', message: 'This file has no such part.' })
    }
    const first = Math.floor(start / FILE_CHUNK_BYTES)
    const last = Math.min(chunkCount(reference.size), Math.ceil(end / FILE_CHUNK_BYTES))
    const sealed = await this.#sealedChunks(reference, first, last)
    await this.#readAlong(reference, sealed, first, reader)
    const chunks = await openChunks(reference, sealed, first)
    this.#keepRoom(sealed)
    return { bytes: cut(joined(chunks), start - first * FILE_CHUNK_BYTES, end - start) }
  }

  /** For sending it elsewhere. */
  sourceOf(channelId: ChannelId, blobId: string): FileSource {
    const { size } = this.#referenceTo(channelId, blobId)
    const reader = this.#context.newId()
    const read = async (start: number, end: number) =>
      (await this.readRange({ channelId, blobId, start, end, reader })).bytes
    return { size, read }
  }

  async #sealedChunks(reference: FileReference, first: number, last: number): Promise<Uint8Array[]> {
    const whole = sealedSize(reference.size)
    const [from, to] = [first * SEALED_CHUNK_BYTES, Math.min(whole, last * SEALED_CHUNK_BYTES)]
    const sealed = await this.#sealedRange(reference, from, to)
    if (sealed.length !== to - from) throw new CryptoError('malformed', 'not the range that was asked for')
    return Array.from({ length: last - first }, (_, index) =>
      sealed.subarray(index * SEALED_CHUNK_BYTES, (index + 1) * SEALED_CHUNK_BYTES),
    )
  }

  async #sealedRange({ blobId, size }: FileReference, start: number, end: number): Promise<Uint8Array> {
    const { database, ports } = this.#context
    const kept = readUploadBytes(database, blobId)
    if (kept) return kept.subarray(start, end)
    if (isKeptHere(database, blobId)) {
      try {
        const part = await ports.files.read(blobId, start, end)
        return new Uint8Array(await part.arrayBuffer())
      } catch (problem) {
        // Once the server has all of it, it is removed here: that may have been just now.
        if (isKeptHere(database, blobId)) throw problem
      }
    }
    const isWhole = start === 0 && end === sealedSize(size)
    if (isWhole) return ports.transport.download(blobId)
    return ports.transport.download(blobId, { start, end }, this.#takeRoom())
  }

  /** For one reading: another that begins meanwhile gets its own. */
  #takeRoom(): ArrayBuffer {
    const room = this.#room ?? new ArrayBuffer(ROOM_BYTES)
    this.#room = undefined
    return room
  }

  #keepRoom([chunk]: readonly Uint8Array[]): void {
    if (chunk?.buffer instanceof ArrayBuffer && chunk.buffer.byteLength === ROOM_BYTES)
      this.#room = chunk.buffer
  }

  /** Throws CryptoError 'hash' at the end of a file that is not the one that was referred to. */
  async #readAlong(
    { blobId, size, hash }: FileReference,
    sealed: readonly Uint8Array[],
    first: number,
    reader: string,
  ): Promise<void> {
    const name = `${reader}/${blobId}`
    const begun = first === 0 ? { hasher: await FileHasher.create(), chunks: 0 } : this.#readings.get(name)
    this.#readings.delete(name)
    if (begun?.chunks !== first) return
    for (const chunk of sealed) begun.hasher.update(chunk)
    begun.chunks += sealed.length
    if (begun.chunks < chunkCount(size)) return this.#keep(name, begun)
    if (sameBytes(begun.hasher.digest(), hash)) return
    throw new CryptoError('hash', 'not the file that was referred to')
  }

  #keep(name: string, reading: Reading): void {
    this.#readings.set(name, reading)
    const oldest = this.#readings.keys().next().value
    if (this.#readings.size > READERS_MAX && oldest !== undefined) this.#readings.delete(oldest)
  }

  #referenceTo(channelId: ChannelId, blobId: string): FileReference {
    // The first one counts (FIL-5): where older messages have come since, it is looked for again.
    const name = `${channelId}/${oldestSeq(this.#context.database, channelId)}/${blobId}`
    const known = this.#places.get(name)
    // What was erased meanwhile is not there any more.
    const reference = known && referenceAt(this.#context, channelId, known, blobId)
    if (reference) return reference
    const found = findReference(this.#context, channelId, blobId)
    if (!found) throw new IntentError({ code: 'not-found', message: 'This file is not here any more.' })
    if (this.#places.size >= PLACES_MAX) this.#places.clear()
    this.#places.set(name, found.place)
    return found.reference
  }
}

function isKeptHere(database: Database, blobId: BlobId): boolean {
  const transfer = readTransfer(database, blobId)
  return transfer !== undefined && transfer.state !== 'done'
}

async function openChunks({ key, size }: FileReference, sealed: readonly Uint8Array[], first: number) {
  const count = chunkCount(size)
  return Promise.all(
    sealed.map((chunk, index) => decryptChunk(key, first + index, first + index === count - 1, chunk)),
  )
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only && parts.length === 1) return only
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Copied only where there is more: what goes to another thread takes all of its buffer with it. */
function cut(bytes: Uint8Array, skipped: number, length: number): Uint8Array {
  return bytes.length === length ? bytes : bytes.slice(skipped, skipped + length)
}

/** The first message that names a file is its own: a later one may name it to give it another name, key or form. */
function findReference(
  context: Context,
  channelId: ChannelId,
  blobId: string,
): { place: Place; reference: FileReference } | undefined {
  const wanted = [channelId, new TextEncoder().encode(blobId)]
  const { database } = context
  const sent = database.all(
    'SELECT client_id FROM outbox WHERE channel_id = ? AND instr(content, ?) > 0',
    wanted,
  )
  const read = database.all(
    `SELECT seq FROM entry ${WITH_FILES} WHERE channel_id = ? AND state = 'clear' AND ${MAY_HAVE_FILES}
       AND instr(content, ?) > 0 ORDER BY seq`,
    wanted,
  )
  const places: Place[] = [
    ...sent.map((row) => ({ clientId: row['client_id'] as string })),
    ...read.map((row) => ({ seq: Number(row['seq']) })),
  ]
  for (const place of places) {
    const reference = referenceAt(context, channelId, place, blobId)
    if (reference) return { place, reference }
  }
  return undefined
}

function referenceAt(
  { database }: Context,
  channelId: ChannelId,
  place: Place,
  blobId: string,
): FileReference | undefined {
  const content =
    'seq' in place
      ? readClear(database, channelId, place.seq)
      : readOutboxItem(database, place.clientId as ClientId)?.content
  return filesOf(content && knownContent(content)).find((file) => file.blobId === blobId)
}

function readClear(database: Database, channelId: ChannelId, seq: number): Uint8Array | undefined {
  const entry = readEntry(database, channelId, seq)
  return entry?.state === 'clear' ? entry.content : undefined
}
