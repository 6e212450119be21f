/**
 * Files: a fresh key a file, chunks of 1 MiB under AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway
 * and Vizár, CRYPTO 2015): the nonce holds the chunk's number and whether it is the last, so chunks can be neither
 * reordered, dropped nor cut off. Every chunk opens alone: seekable, resumable, constant memory. DESIGN: "Files".
 * Clients only.
 */
import { createBLAKE2b } from 'hash-wasm'
import { equalBytes } from './document.ts'
import { CryptoError } from './errors.ts'
import { takeRandom, type Random } from './keys.ts'
import { ownBuffer } from './web-crypto.ts'

export const FILE_CHUNK_BYTES = 1024 * 1024
const FILE_TAG_BYTES = 16
export const SEALED_CHUNK_BYTES = FILE_CHUNK_BYTES + FILE_TAG_BYTES
export const FILE_KEY_BYTES = 32
const MAX_CHUNKS = 2 ** 32
const HASH_BITS = 256

/** A key for one file, and never for a second one: the nonces begin anew with each file. */
export function createFileKey(random: Random): Uint8Array {
  return takeRandom(random, FILE_KEY_BYTES)
}

/** How many chunks a file of this size has: an empty one has one, so that its end is authenticated as well. */
export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / FILE_CHUNK_BYTES))
}

/** Bytes of the encrypted file. Sealed chunk n begins at n times SEALED_CHUNK_BYTES. */
export function sealedSize(size: number): number {
  return size + chunkCount(size) * FILE_TAG_BYTES
}

/** 7 zero bytes, the chunk's number as 32 bits, big-endian, and 1 for the last chunk or 0. */
function chunkNonce(index: number, last: boolean): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(index) || index < 0 || index >= MAX_CHUNKS)
    throw new CryptoError('malformed', 'no such chunk')
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(7, index)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** All chunks are full but the last, which is empty only where it is the first as well. */
function checkChunkLength(index: number, last: boolean, length: number): void {
  const shortest = last ? Math.min(index, 1) : FILE_CHUNK_BYTES
  if (length < shortest || length > FILE_CHUNK_BYTES)
    throw new CryptoError('malformed', 'a chunk of a wrong length')
}

function importKey(key: Uint8Array, usage: KeyUsage): Promise<CryptoKey> {
  if (key.length !== FILE_KEY_BYTES) throw new CryptoError('bad-key', 'a file key has 32 bytes')
  return crypto.subtle.importKey('raw', ownBuffer(key), 'AES-GCM', false, [usage])
}

/** Throws CryptoError 'malformed' (a chunk of a wrong length or number) or 'bad-key'. */
export async function encryptChunk(
  key: Uint8Array,
  index: number,
  last: boolean,
  chunk: Uint8Array,
): Promise<Uint8Array> {
  checkChunkLength(index, last, chunk.length)
  const parameters = { name: 'AES-GCM', iv: chunkNonce(index, last) }
  return new Uint8Array(
    await crypto.subtle.encrypt(parameters, await importKey(key, 'encrypt'), ownBuffer(chunk)),
  )
}

/** Throws CryptoError 'malformed', 'bad-key' or 'tag' (altered, another chunk's place, or not where the file ends). */
export async function decryptChunk(
  key: Uint8Array,
  index: number,
  last: boolean,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  checkChunkLength(index, last, sealed.length - FILE_TAG_BYTES)
  const parameters = { name: 'AES-GCM', iv: chunkNonce(index, last) }
  const imported = await importKey(key, 'decrypt')
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, imported, ownBuffer(sealed)))
  } catch {
    throw new CryptoError('tag', 'the chunk does not open with this key in this place')
  }
}

/** BLAKE2b-256 over the encrypted file, chunk by chunk. */
export class FileHasher {
  readonly #hasher: Awaited<ReturnType<typeof createBLAKE2b>>

  private constructor(hasher: Awaited<ReturnType<typeof createBLAKE2b>>) {
    this.#hasher = hasher
  }

  static async create(): Promise<FileHasher> {
    return new FileHasher((await createBLAKE2b(HASH_BITS)).init())
  }

  update(sealed: Uint8Array): void {
    this.#hasher.update(sealed)
  }

  /** 32 bytes. Ends the hashing. */
  digest(): Uint8Array {
    return this.#hasher.digest('binary')
  }
}

async function hashFile(sealed: Uint8Array): Promise<Uint8Array> {
  const hasher = await FileHasher.create()
  hasher.update(sealed)
  return hasher.digest()
}

type ChunkStep = typeof encryptChunk

async function eachChunk(
  step: ChunkStep,
  from: Uint8Array,
  chunkBytes: number,
  key: Uint8Array,
  size: number,
) {
  const result = new Uint8Array(size)
  const count = Math.max(1, Math.ceil(from.length / chunkBytes))
  for (let index = 0, offset = 0; index < count; index += 1) {
    const piece = from.subarray(index * chunkBytes, (index + 1) * chunkBytes)
    const done = await step(key, index, index === count - 1, piece)
    result.set(done, offset)
    offset += done.length
  }
  return result
}

/** A whole file in memory, for small ones: what to upload, and its hash. */
export async function encryptFile(
  file: Uint8Array,
  key: Uint8Array,
): Promise<{ readonly sealed: Uint8Array; readonly hash: Uint8Array }> {
  const sealed = await eachChunk(encryptChunk, file, FILE_CHUNK_BYTES, key, sealedSize(file.length))
  return { sealed, hash: await hashFile(sealed) }
}

/** Throws CryptoError 'hash' (not the file that was referred to), 'malformed', 'bad-key' or 'tag'. */
export async function decryptFile(
  sealed: Uint8Array,
  key: Uint8Array,
  hash: Uint8Array,
): Promise<Uint8Array> {
  if (!equalBytes(await hashFile(sealed), hash))
    throw new CryptoError('hash', 'not the file that was referred to')
  const size = sealed.length - Math.max(1, Math.ceil(sealed.length / SEALED_CHUNK_BYTES)) * FILE_TAG_BYTES
  if (size < 0) throw new CryptoError('malformed', 'too short for a file')
  return eachChunk(decryptChunk, sealed, SEALED_CHUNK_BYTES, key, size)
}
