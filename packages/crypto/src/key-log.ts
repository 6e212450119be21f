/**
 * The key log: a Merkle tree over all changes of users' keys, hashed as RFC 6962, section 2.1, says. Appending needs only
 * the roots of the complete subtrees so far, at most one for each bit of the size. DESIGN: "Safety numbers and
 * QR". Holds no key: server and clients use it.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { HashSchema, KeySchema, bytes, uuidFromBytes, uuidToBytes, type UserId } from '@reforms/protocol'
import { Type } from 'typebox'
import { NumberSchema } from './account.ts'
import { decodeDocument, encodeDocument, equalBytes } from './document.ts'
import { CryptoError } from './errors.ts'

const ENTRY_LABEL = 'reforms key log entry v1'
const STATE_LABEL = 'reforms key log state v1'
export const MAX_KEY_LOG_ENTRY_BYTES = 256
const MAX_PEAKS = 53
const MAX_STATE_BYTES = 2048
const LEAF_PREFIX = Uint8Array.of(0)
const NODE_PREFIX = Uint8Array.of(1)

export interface KeyLogEntry {
  readonly userId: UserId
  readonly identityKey: Uint8Array
  readonly accountKey: Uint8Array
  readonly accountNumber: number
  readonly deviceListNumber: number
  /** hashDocument of the signed device list. */
  readonly deviceListHash: Uint8Array
}

const PackedEntry = Type.Tuple([
  Type.Literal(ENTRY_LABEL),
  bytes(16, 16),
  KeySchema,
  KeySchema,
  NumberSchema,
  NumberSchema,
  HashSchema,
])

/** Throws CryptoError 'malformed'. */
export function encodeKeyLogEntry(entry: KeyLogEntry): Uint8Array {
  const { userId, identityKey, accountKey, accountNumber, deviceListNumber, deviceListHash } = entry
  return encodeDocument(
    PackedEntry,
    [
      ENTRY_LABEL,
      uuidToBytes(userId),
      identityKey,
      accountKey,
      accountNumber,
      deviceListNumber,
      deviceListHash,
    ],
    MAX_KEY_LOG_ENTRY_BYTES,
  )
}

/** Throws CryptoError 'malformed' or 'too-large'. */
export function decodeKeyLogEntry(encoded: Uint8Array): KeyLogEntry {
  const [, user, identityKey, accountKey, accountNumber, deviceListNumber, deviceListHash] = decodeDocument(
    PackedEntry,
    encoded,
    MAX_KEY_LOG_ENTRY_BYTES,
  )
  const userId = uuidFromBytes(user) as UserId
  return { userId, identityKey, accountKey, accountNumber, deviceListNumber, deviceListHash }
}

/** SHA-256 of a signed document, which begins with its own label. */
export function hashDocument(document: Uint8Array): Uint8Array {
  return sha256(document)
}

export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF_PREFIX, entry))
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE_PREFIX, left, right))
}

function countOnes(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones
}

/** [label, size, roots of the complete subtrees, largest first] */
const State = Type.Tuple([
  Type.Literal(STATE_LABEL),
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  Type.Array(HashSchema, { maxItems: MAX_PEAKS }),
])

/** The tree so far, as little as appending and the root need. */
export class MerkleAccumulator {
  #size: number
  #peaks: Uint8Array[]

  constructor() {
    this.#size = 0
    this.#peaks = []
  }

  get size(): number {
    return this.#size
  }

  /** Appends an entry's bytes. */
  append(entry: Uint8Array): void {
    let hash = leafHash(entry)
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2))
      hash = nodeHash(this.#peaks.pop()!, hash)
    this.#peaks.push(hash)
    this.#size += 1
  }

  /** 32 bytes; of an empty tree the hash of nothing. */
  root(): Uint8Array {
    const [last, ...larger] = this.#peaks.toReversed()
    return last ? larger.reduce((right, left) => nodeHash(left, right), last) : sha256(new Uint8Array(0))
  }

  encode(): Uint8Array {
    return encodeDocument(State, [STATE_LABEL, this.#size, this.#peaks], MAX_STATE_BYTES)
  }

  /** Throws CryptoError 'malformed' or 'too-large'. */
  static decode(encoded: Uint8Array): MerkleAccumulator {
    const [, size, peaks] = decodeDocument(State, encoded, MAX_STATE_BYTES)
    if (peaks.length !== countOnes(size))
      throw new CryptoError('malformed', 'not the roots of a tree of this size')
    const accumulator = new MerkleAccumulator()
    accumulator.#size = size
    accumulator.#peaks = peaks
    return accumulator
  }
}

/** Throws CryptoError 'hash' unless the tree has this size and root. */
export function verifyRoot(
  tree: MerkleAccumulator,
  expected: { readonly size: number; readonly root: Uint8Array },
) {
  if (tree.size !== expected.size || !equalBytes(tree.root(), expected.root)) {
    throw new CryptoError('hash', 'the key log is not the one that was announced')
  }
}
