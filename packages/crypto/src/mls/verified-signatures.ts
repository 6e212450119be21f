/**
 * Signatures that were found good are not verified again: a commit is checked by our public rules and by the library, and a
 * tree that somebody comes in by holds the same leaves as the trees before. Public data only. For suite.ts only.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { verifyBytes } from '../signature.ts'

/** The leaves of a few large groups; some 100 bytes each. */
export const VERIFIED_MAX = 8192
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
/** Digests of key, signature and message, the oldest first. */
const verified = new Set<string>()

/** Both have fixed lengths, so that no two triples make the same input. */
function digestOf(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): string {
  return bytesToHex(sha256(concatBytes(publicKey, signature, message)))
}

function remember(digest: string): void {
  verified.add(digest)
  const [oldest] = verified
  if (verified.size > VERIFIED_MAX && oldest !== undefined) verified.delete(oldest)
}

/** Answers as verifyBytes does. A signature that was refused is not remembered. */
export async function verifyOnce(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false
  const digest = digestOf(publicKey, message, signature)
  if (verified.has(digest)) return true
  const good = await verifyBytes(publicKey, message, signature)
  if (good) remember(digest)
  return good
}
