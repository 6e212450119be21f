import { blake2b } from '@noble/hashes/blake2.js'
import { describe, expect, it } from 'vitest'
import {
  FILE_CHUNK_BYTES,
  FileHasher,
  SEALED_CHUNK_BYTES,
  chunkCount,
  createFileKey,
  decryptChunk,
  decryptFile,
  encryptChunk,
  encryptFile,
  sealedSize,
} from './file.ts'
import { code, flipEveryByte, seeded } from './testing.ts'

const random = seeded(7)
const key = createFileKey(random)

function fileOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251)
}

describe('file', () => {
  it('comes back at every size around a chunk', async () => {
    const sizes = [0, 1, FILE_CHUNK_BYTES - 1, FILE_CHUNK_BYTES, FILE_CHUNK_BYTES + 1, 2 * FILE_CHUNK_BYTES]
    for (const size of sizes) {
      const file = fileOf(size)
      const { sealed, hash } = await encryptFile(file, key)
      expect(sealed.length).toBe(sealedSize(size))
      expect(Buffer.compare(await decryptFile(sealed, key, hash), file)).toBe(0)
    }
  })

  it('FIL-4: is hashed as BLAKE2b-256 over what is uploaded, in any pieces', async () => {
    const { sealed, hash } = await encryptFile(fileOf(1000), key)
    expect(hash).toEqual(blake2b(sealed, { dkLen: 32 }))
    const hasher = await FileHasher.create()
    hasher.update(sealed.subarray(0, 300))
    hasher.update(sealed.subarray(300))
    expect(hasher.digest()).toEqual(hash)
  })

  it('FIL-3, FIL-4: is refused with any byte changed or missing, by hash and by tag', async () => {
    const { sealed, hash } = await encryptFile(fileOf(40), key)
    expect(await flipEveryByte(sealed, (changed) => decryptFile(changed, key, hash))).toEqual([])
    expect(await flipEveryByte(sealed, (changed) => decryptChunk(key, 0, true, changed))).toEqual([])
    expect(await code(decryptFile(sealed, createFileKey(random), hash))).toBe('tag')
  })
})

describe('chunks', () => {
  const size = 2 * FILE_CHUNK_BYTES + 10
  const chunksOf = (sealed: Uint8Array) =>
    [0, 1, 2].map((at) => sealed.subarray(at * SEALED_CHUNK_BYTES, (at + 1) * SEALED_CHUNK_BYTES))

  it('FIL-2: are AES-256-GCM over 1 MiB each, under a nonce of number and end', async () => {
    const file = fileOf(size)
    const { sealed } = await encryptFile(file, key)
    const raw = Uint8Array.from(key)
    const imported = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
    for (const [number, chunk] of chunksOf(sealed).entries()) {
      const iv = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number, number === 2 ? 1 : 0])
      const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, imported, Uint8Array.from(chunk))
      const expected = file.subarray(number * 1_048_576, (number + 1) * 1_048_576)
      expect(Buffer.compare(new Uint8Array(opened), expected)).toBe(0)
    }
  })

  it('FIL-3: dropped, doubled, reordered or cut off do not open, though the hash fits', async () => {
    const [first, second, third] = chunksOf((await encryptFile(fileOf(size), key)).sealed)
    const open = (chunks: (Uint8Array | undefined)[]) => {
      const sealed = Uint8Array.from(Buffer.concat(chunks as Uint8Array[]))
      return code(decryptFile(sealed, key, blake2b(sealed, { dkLen: 32 })))
    }
    expect(await open([first, second, third])).toBe('accepted')
    const wrong = [
      [first, third],
      [first, second, second, third],
      [second, first, third],
      [first, second],
      [third],
    ]
    for (const chunks of wrong) expect(await open(chunks)).toBe('tag')
  })

  it('FIL-3: open alone, in their own place only', async () => {
    const { sealed } = await encryptFile(fileOf(size), key)
    const second = sealed.subarray(SEALED_CHUNK_BYTES, 2 * SEALED_CHUNK_BYTES)
    const third = sealed.subarray(2 * SEALED_CHUNK_BYTES)
    expect(await decryptChunk(key, 1, false, second)).toHaveLength(FILE_CHUNK_BYTES)
    expect(await decryptChunk(key, 2, true, third)).toHaveLength(10)
    expect(await code(decryptChunk(key, 0, false, second))).toBe('tag')
    expect(await code(decryptChunk(key, 1, true, second))).toBe('tag')
    expect(await code(decryptChunk(key, 3, true, third))).toBe('tag')
    expect(chunkCount(size)).toBe(3)
  })

  it('of a wrong length or number are refused', async () => {
    expect(await code(encryptChunk(key, 0, false, fileOf(5)))).toBe('malformed')
    expect(await code(encryptChunk(key, 1, true, fileOf(0)))).toBe('malformed')
    expect(await code(encryptChunk(key, 0, true, fileOf(FILE_CHUNK_BYTES + 1)))).toBe('malformed')
    expect(await code(encryptChunk(key, 2 ** 32, true, fileOf(1)))).toBe('malformed')
    expect(await code(decryptChunk(key, 0, true, fileOf(15)))).toBe('malformed')
    expect(await code(encryptChunk(random(31), 0, true, fileOf(1)))).toBe('bad-key')
    for (const number of [-1, 0.5, Number.NaN])
      expect(await code(encryptChunk(key, number, true, fileOf(1)))).toBe('malformed')
    expect(await code(encryptChunk(key, 2 ** 32 - 1, true, fileOf(1)))).toBe('accepted')
    const short = fileOf(15)
    expect(await code(decryptFile(short, key, blake2b(short, { dkLen: 32 })))).toBe('malformed')
    expect(await code(decryptFile(fileOf(16), key, random(32)))).toBe('hash')
  })
})
