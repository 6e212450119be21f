/**
 * Sealing to a public key: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
 * Base mode says nothing about who sealed: what needs an author carries proof of it inside. Clients only.
 */
import { Chacha20Poly1305 } from '@hpke/chacha20poly1305'
import { CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { encodeCbor } from '@reforms/protocol'
import { TAG_BYTES } from './aead.ts'
import { CryptoError } from './errors.ts'
import type { SealingKeyPair } from './keys.ts'

const SEAL_LABEL = 'reforms seal v1'
const ENCAPSULATED_BYTES = 32

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Chacha20Poly1305(),
})

/** The bytes alone in a buffer of their own: the library reads whole buffers. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

function info(purpose: string): ArrayBuffer {
  return exactBuffer(encodeCbor([SEAL_LABEL, purpose]))
}

/** The encapsulated key (32 bytes), then the ciphertext. Throws CryptoError 'bad-key' for an unusable public key. */
export async function seal(
  recipientPublicKey: Uint8Array,
  purpose: string,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  try {
    const publicKey = await suite.kem.deserializePublicKey(exactBuffer(recipientPublicKey))
    const parameters = { recipientPublicKey: publicKey, info: info(purpose) }
    const { ct, enc } = await suite.seal(parameters, exactBuffer(plaintext), exactBuffer(associated))
    const sealed = new Uint8Array(enc.byteLength + ct.byteLength)
    sealed.set(new Uint8Array(enc))
    sealed.set(new Uint8Array(ct), enc.byteLength)
    return sealed
  } catch {
    throw new CryptoError('bad-key', 'nothing can be sealed to this key')
  }
}

/** Throws CryptoError 'malformed' (too short) or 'tag' (another key, purpose or associated data, or altered). */
export async function open(
  pair: SealingKeyPair,
  purpose: string,
  associated: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  if (sealed.length < ENCAPSULATED_BYTES + TAG_BYTES)
    throw new CryptoError('malformed', 'too short to be sealed')
  try {
    const recipientKey = {
      privateKey: await suite.kem.deserializePrivateKey(exactBuffer(pair.privateKey)),
      publicKey: await suite.kem.deserializePublicKey(exactBuffer(pair.publicKey)),
    }
    const enc = exactBuffer(sealed.subarray(0, ENCAPSULATED_BYTES))
    const ciphertext = exactBuffer(sealed.subarray(ENCAPSULATED_BYTES))
    const parameters = { recipientKey, enc, info: info(purpose) }
    return new Uint8Array(await suite.open(parameters, ciphertext, exactBuffer(associated)))
  } catch {
    throw new CryptoError('tag', 'not sealed to this key for this purpose')
  }
}
