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

  it('is hashed as BLAKE2b-256 over what is uploaded, in any pieces', async () => {
    const { sealed, hash } = await encryptFile(fileOf(1000), key)
    expect(hash).toEqual(blake2b(sealed, { dkLen: 32 }))
    const hasher = await FileHasher.create()
    hasher.update(sealed.subarray(0, 300))
    hasher.update(sealed.subarray(300))
    expect(hasher.digest()).toEqual(hash)
  })

  it('is refused with any byte changed or missing, by hash and by tag', async () => {
    const { sealed, hash } = await encryptFile(fileOf(40), key)
    expect(await flipEveryByte(sealed, (changed) => decryptFile(changed, key, hash))).toEqual([])
    expect(await flipEveryByte(sealed, (changed) => decryptChunk(key, 0, true, changed))).toEqual([])
    expect(await code(decryptFile(sealed, createFileKey(random), hash))).toBe('tag')
  })
})

describe('chunks', () => {
  const size = 2 * FILE_CHUNK_BYTES + 10

  it('open alone, in their own place only', async () => {
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
  })
})
