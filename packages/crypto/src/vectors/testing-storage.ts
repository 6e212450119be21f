/** Vectors of what is stored: files, vault records and their ids. For tests only. */
import { blake2b } from '@noble/hashes/blake2.js'
import { decryptChunk, decryptFile, encryptFile } from '../file.ts'
import {
  openVaultRecord,
  sealVaultRecord,
  vaultNameKey,
  vaultRecordId,
  type RecordPlace,
  type VaultContent,
  type VaultKey,
} from '../vault.ts'
import { fixed, flipped, longForm, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'
import { paddedBytes } from './testing-padding.ts'
import { aeadSeal, concat, hash, hkdf, hmacSha256 } from './testing-primitives.ts'
import { waveform } from './testing-waveforms.ts'

const NONCE = new Uint8Array(12)
const MIB = 1_048_576
const fileKey = fixed(80)

/** A file of this size: byte n is 31 n modulo 251. */
function fileOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, n) => (31 * n) % 251)
}

const blake2b256 = (bytes: Uint8Array) => blake2b(bytes, { dkLen: 32 })

/** What a vector says of a sealed file: all of it where it is small. */
function describeSealed(sealed: Uint8Array) {
  const lastTag = sealed.slice(-16)
  const firstTag = sealed.length > MIB + 16 ? sealed.slice(MIB, MIB + 16) : lastTag
  const whole = sealed.length <= 64 ? { sealed } : {}
  return {
    ...whole,
    sealedSize: sealed.length,
    firstTag,
    lastTag,
    sha256: hash('sha256', sealed),
    hash: blake2b256(sealed),
  }
}

function secondFile(key: Uint8Array, bytes: Uint8Array) {
  const count = Math.max(1, Math.ceil(bytes.length / MIB))
  const nonces = Array.from({ length: count }, (_, n) =>
    Uint8Array.from(
      Buffer.from(
        `${'00'.repeat(7)}${n.toString(16).padStart(8, '0')}${n === count - 1 ? '01' : '00'}`,
        'hex',
      ),
    ),
  )
  const chunks = nonces.map((nonce, n) =>
    aeadSeal('aes-256-gcm', { key, nonce }, bytes.slice(n * MIB, (n + 1) * MIB)),
  )
  return { nonces, sealed: concat(...chunks) }
}

const small = secondFile(fileKey, fileOf(40)).sealed
const smallFile = { key: fileKey, sealed: small, hash: blake2b256(small) }
const notHere = { key: fileKey, sealed: small }

const file = format({
  name: 'file',
  rules: ['FIL-2', 'FIL-3', 'FIL-4'],
  about:
    'Chunks of 1,048,576 bytes, the last one shorter (an empty file has one empty chunk), each under AES-256-GCM without associated data; nonce = 7 zero bytes, the chunk’s number from 0 as 32 bits big-endian, then 1 for the last chunk and 0 for others. ' +
    'The sealed file is the sealed chunks one after another, each with its tag of 16 bytes behind it; hash = BLAKE2b-256 of all of it. ' +
    'Byte n of the files here is 31 n modulo 251; of large ones there are sizes, tags and hashes only.',
  inputs: {
    empty: { key: fileKey, size: 0 },
    'forty bytes': { key: fileKey, size: 40 },
    'exactly one chunk': { key: fixed(81), size: MIB },
    'two chunks': { key: fixed(82), size: MIB + 10 },
  },
  second({ key, size }) {
    const { nonces, sealed } = secondFile(key, fileOf(size))
    return { steps: { nonces }, output: describeSealed(sealed) }
  },
  make: async ({ key, size }) => describeSealed((await encryptFile(fileOf(size), key)).sealed),
  async open({ key, size }, output) {
    const opened = await decryptFile(secondFile(key, fileOf(size)).sealed, key, output.hash)
    return Buffer.compare(opened, fileOf(size)) === 0 ? { size: opened.length } : { size: 'another file' }
  },
  refused: {
    'another hash': { given: { ...smallFile, hash: fixed(1) }, code: 'hash' },
    'one bit changed': { given: { ...smallFile, sealed: flipped(small, 0) }, code: 'hash' },
    'another key': { given: { ...smallFile, key: fixed(1) }, code: 'tag' },
    'one bit changed, with a hash that fits': {
      given: { key: fileKey, sealed: flipped(small, 0), hash: blake2b256(flipped(small, 0)) },
      code: 'tag',
    },
    'shorter than a tag, with a hash that fits': {
      given: { key: fileKey, sealed: small.slice(0, 15), hash: blake2b256(small.slice(0, 15)) },
      code: 'malformed',
    },
    'the last chunk in another place': { given: { ...notHere, index: 1, last: true }, code: 'tag' },
    'a chunk that is not full and not the last': {
      given: { ...notHere, index: 0, last: false },
      code: 'malformed',
    },
    'a chunk that does not exist': { given: { ...notHere, index: 2 ** 32, last: true }, code: 'malformed' },
    'a key of 31 bytes': { given: { ...notHere, key: fixed(1, 31), index: 0, last: true }, code: 'bad-key' },
  },
  attempt: (given) =>
    'hash' in given
      ? decryptFile(given.sealed, given.key, given.hash)
      : decryptChunk(given.key, given.index, given.last, given.sealed),
})

const first: VaultKey = { number: 1, key: fixed(83) }
const second: VaultKey = { number: 2, key: fixed(84) }

function secondRecordId(firstVaultKey: Uint8Array, name: string) {
  const nameKey = hkdf('sha256', {
    secret: firstVaultKey,
    info: cbor(['reforms vault names v1']),
    length: 32,
  })
  const recordId = hmacSha256(nameKey, cbor(['reforms vault record id v1', name])).slice(0, 16)
  return { nameKey, recordId }
}

const recordId = format({
  name: 'vault-record-id',
  rules: ['VLT-3'],
  about:
    'name key = HKDF-SHA256(first vault key, no salt, CBOR ["reforms vault names v1"], 32 bytes); ' +
    'id = the first 16 bytes of HMAC-SHA256(name key, CBOR ["reforms vault record id v1", name]).',
  inputs: {
    'a name': { firstVaultKey: first.key, name: 'settings' },
    'a name beyond ASCII': { firstVaultKey: first.key, name: 'Entwürfe/東京' },
  },
  second({ firstVaultKey, name }) {
    const { nameKey, recordId: id } = secondRecordId(firstVaultKey, name)
    return { steps: { nameKey }, output: { recordId: id } }
  },
  make: async ({ firstVaultKey, name }) => ({
    recordId: await vaultRecordId(await vaultNameKey(firstVaultKey), name),
  }),
  open: async () => ({}),
  refused: {},
  attempt: async () => undefined,
})

const RECORD_LABEL = 'reforms vault record v1'
const place: RecordPlace = { recordId: secondRecordId(first.key, 'settings').recordId, version: 4 }
interface RecordInput extends RecordPlace, VaultContent {
  readonly vaultKey: VaultKey
  readonly salt: Uint8Array
}
const recordInput: RecordInput = {
  vaultKey: second,
  ...place,
  name: 'settings',
  content: fixed(85, 50),
  salt: fixed(86),
}

function secondRecord(input: RecordInput) {
  const { vaultKey, recordId: id, version, name, content, salt } = input
  const info = cbor([RECORD_LABEL, vaultKey.number, id, version])
  const key = hkdf('sha256', { secret: vaultKey.key, salt, info, length: 32 })
  const padded = paddedBytes(cbor({ name, content }))
  const ciphertext = aeadSeal('chacha20-poly1305', { key, nonce: NONCE, associated: info }, padded)
  return {
    steps: { info, key, padded, ciphertext },
    output: { payload: cbor([1, vaultKey.number, salt, ciphertext]) },
  }
}

const goodRecord = secondRecord(recordInput)
const stored = { vaultKey: second, ...place, payload: goodRecord.output.payload }
const recordWith = (code: string, changes: Partial<typeof stored>) => ({
  given: { ...stored, ...changes },
  code,
})
const recordPayload = (...parts: unknown[]) => ({ payload: cbor(parts) })
const { ciphertext: recordCiphertext } = goodRecord.steps

const record = format({
  name: 'vault-record',
  rules: ['VLT-1'],
  about:
    'info = CBOR ["reforms vault record v1", number of the vault key, record id (16 bytes), version]; key = HKDF-SHA256(vault key, salt, info, 32 bytes); ' +
    'ciphertext = ChaCha20-Poly1305(key, nonce of 12 zero bytes, associated data = info, padded CBOR {name, content}); payload = CBOR [1, number of the vault key, salt, ciphertext].',
  inputs: {
    'the fourth version of a record': recordInput,
    'an empty record under the first key': {
      ...recordInput,
      vaultKey: first,
      version: 1,
      content: fixed(1, 0),
      salt: fixed(87),
    },
  },
  second: secondRecord,
  async make({ salt, ...rest }) {
    return { payload: await sealVaultRecord(rest, () => salt) }
  },
  async open({ vaultKey, recordId: id, version }, { payload }) {
    const keys = new Map([[vaultKey.number, vaultKey.key]])
    return { ...(await openVaultRecord({ keys, recordId: id, version, payload })) }
  },
  refused: {
    'an older version in its place': recordWith('tag', { version: 5 }),
    'at another id': recordWith('tag', { recordId: fixed(1, 16) }),
    'under another key of that number': recordWith('tag', { vaultKey: { number: 2, key: fixed(1) } }),
    'under a key that is not at hand': recordWith('missing-key', { vaultKey: first }),
    'another salt': recordWith('tag', recordPayload(1, 2, fixed(1), recordCiphertext)),
    'one bit changed': recordWith('tag', { payload: flipped(stored.payload, -1) }),
    'another version of the format': recordWith(
      'malformed',
      recordPayload(2, 2, recordInput.salt, recordCiphertext),
    ),
    'the length of the array in a long form': recordWith('malformed', { payload: longForm(stored.payload) }),
    'a byte after the end': recordWith('malformed', { payload: trailed(stored.payload) }),
  },
  attempt: ({ vaultKey, ...rest }) =>
    openVaultRecord({ keys: new Map([[vaultKey.number, vaultKey.key]]), ...rest }),
})

export const STORAGE_FORMATS = [file, waveform, recordId, record]
