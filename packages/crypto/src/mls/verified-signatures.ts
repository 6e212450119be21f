/**
 * Signatures that were found good are not verified again: a commit is checked by our public rules and by the library, and a
 * tree that somebody comes in by holds the same leaves as the trees before. Public data only. For suite.ts only.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'

type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>

const KEY_BYTES = 32
const SIGNATURE_BYTES = 64

/** Key and signature have fixed lengths, so that no two triples make the same input. */
function digestOf(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): string {
  return bytesToHex(sha256(concatBytes(publicKey, signature, message)))
}

/** Answers as `verify` does, for keys and signatures of Ed25519; remembers the newest `max` that were good, no refusal. */
export function rememberGood(verify: Verify, max: number): Verify {
  const good = new Set<string>()
  return async (publicKey, message, signature) => {
    if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false
    const digest = digestOf(publicKey, message, signature)
    if (good.has(digest)) return true
    if (!(await verify(publicKey, message, signature))) return false
    good.add(digest)
    const [oldest] = good
    if (good.size > max && oldest !== undefined) good.delete(oldest)
    return true
  }
}
