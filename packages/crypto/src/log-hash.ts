/**
 * The log's hash chain: head(n) = SHA-256(head(n-1) || header || SHA-256(payload)). Erasing a payload keeps its hash,
 * so the chain outlives redactions. DESIGN: "The log is the heart"; SPEC.md, LOG-2. Holds no key; the server uses it through ./public.
 */
import { sha256 as portable } from '@noble/hashes/sha2.js'
import {
  takeCbor,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type Epoch,
  type Generation,
  type Milliseconds,
  type Seq,
  type UserId,
} from '@reforms/protocol'
import { CryptoError } from './errors.ts'

const HEADER_VERSION = 1
export const HEAD_BYTES = 32
/** The head of an empty log. */
export const FIRST_HEAD: Uint8Array = new Uint8Array(HEAD_BYTES)

/** Everything in an entry but its payload. `sender` is null for what the server itself did. */
export interface EntryHeader {
  readonly channelId: ChannelId
  readonly seq: Seq
  readonly kind: string
  readonly generation: Generation
  readonly epoch: Epoch
  readonly sender: DeviceId | null
  readonly clientId: ClientId | null
  readonly relatesTo?: Seq | null | undefined
  readonly notify?: readonly UserId[] | null | undefined
  readonly at: Milliseconds
}

/** As deterministic CBOR (LOG-3). */
function headerItems(header: EntryHeader): readonly unknown[] {
  const { channelId, seq, kind, generation, epoch, sender, clientId, relatesTo, notify, at } = header
  const [relation, notified] = [relatesTo ?? null, notify ?? null]
  return [HEADER_VERSION, channelId, seq, kind, generation, epoch, sender, clientId, relation, notified, at]
}

/** What is hashed, put together in the same place each time. */
let joined = new Uint8Array(1024)

function join(head: Uint8Array, header: Uint8Array, payloadHash: Uint8Array): Uint8Array {
  const length = head.length + header.length + payloadHash.length
  if (length > joined.length) joined = new Uint8Array(length)
  joined.set(head)
  joined.set(header, head.length)
  joined.set(payloadHash, head.length + header.length)
  return joined.subarray(0, length)
}

/** SHA-256 of the caller's own, where it has one that is faster than what runs everywhere. It keeps nothing of what it is given. */
type Sha256 = (bytes: Uint8Array) => Uint8Array

export function hashPayload(payload: Uint8Array, sha256: Sha256 = portable): Uint8Array {
  return sha256(payload)
}

/** The next head. `payloadHash` is hashPayload(payload), or what is kept of an erased one. */
export function nextHead(
  head: Uint8Array,
  header: EntryHeader,
  payloadHash: Uint8Array,
  sha256: Sha256 = portable,
): Uint8Array {
  if (head.length !== HEAD_BYTES || payloadHash.length !== HEAD_BYTES) {
    throw new CryptoError('malformed', 'a head and a payload hash have 32 bytes')
  }
  return takeCbor(headerItems(header), (encoded) => sha256(join(head, encoded, payloadHash)))
}
