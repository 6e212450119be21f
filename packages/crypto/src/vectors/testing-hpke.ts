/**
 * HPKE (RFC 9180) in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305, written a second time from
 * the RFC alone and with the ephemeral key handed in, which no sender may do. For tests only.
 */
import { cbor } from './testing-cbor.ts'
import {
  aeadOpen,
  aeadSeal,
  concat,
  hkdfExpand,
  hmacSha256,
  publicKeyOf,
  x25519,
} from './testing-primitives.ts'

const text = (value: string) => Uint8Array.from(Buffer.from(value, 'ascii'))
const EMPTY = new Uint8Array(0)
/** Section 4.1: KEM 0x0020. */
const KEM_SUITE = concat(text('KEM'), Uint8Array.of(0, 0x20))
/** Section 5.1: KEM 0x0020, KDF 0x0001, AEAD 0x0003. */
const HPKE_SUITE = concat(text('HPKE'), Uint8Array.of(0, 0x20, 0, 1, 0, 3))
const BASE_MODE = 0

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, key: Uint8Array): Uint8Array {
  return hmacSha256(salt.length > 0 ? salt : new Uint8Array(32), text('HPKE-v1'), suite, text(label), key)
}

function labeledExpand(
  suite: Uint8Array,
  key: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return hkdfExpand(key, concat(Uint8Array.of(0, length), text('HPKE-v1'), suite, text(label), info), length)
}

/** Sections 4.1 and 5.1: from the shared point to the key and the nonce of the first message. */
function keySchedule(dh: Uint8Array, kemContext: Uint8Array, info: Uint8Array) {
  const eaePrk = labeledExtract(KEM_SUITE, EMPTY, 'eae_prk', dh)
  const sharedSecret = labeledExpand(KEM_SUITE, eaePrk, 'shared_secret', kemContext, 32)
  const pskIdHash = labeledExtract(HPKE_SUITE, EMPTY, 'psk_id_hash', EMPTY)
  const infoHash = labeledExtract(HPKE_SUITE, EMPTY, 'info_hash', info)
  const context = concat(Uint8Array.of(BASE_MODE), pskIdHash, infoHash)
  const secret = labeledExtract(HPKE_SUITE, sharedSecret, 'secret', EMPTY)
  const key = labeledExpand(HPKE_SUITE, secret, 'key', context, 32)
  return { sharedSecret, key, nonce: labeledExpand(HPKE_SUITE, secret, 'base_nonce', context, 12) }
}

/** The `info` of everything that is sealed here: CBOR ["reforms seal v1", purpose]. */
function infoFor(purpose: string): Uint8Array {
  return cbor(['reforms seal v1', purpose])
}

export interface HpkeSealing {
  readonly recipientKey: Uint8Array
  readonly ephemeralKey: Uint8Array
  readonly purpose: string
  readonly associated: Uint8Array
}

/** The encapsulated key, then the ciphertext, with every value on the way. */
export function hpkeSeal(sealing: HpkeSealing, plaintext: Uint8Array) {
  const { recipientKey, ephemeralKey, purpose, associated } = sealing
  const encapsulated = publicKeyOf('X25519', ephemeralKey)
  const info = infoFor(purpose)
  const dh = x25519(ephemeralKey, recipientKey)
  const { sharedSecret, key, nonce } = keySchedule(dh, concat(encapsulated, recipientKey), info)
  const ciphertext = aeadSeal('chacha20-poly1305', { key, nonce, associated }, plaintext)
  const steps = { info, associated, encapsulated, sharedSecret, key, nonce, ciphertext }
  return { steps, sealed: concat(encapsulated, ciphertext) }
}

export function hpkeOpen(
  privateKey: Uint8Array,
  purpose: string,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const encapsulated = sealed.slice(0, 32)
  const kemContext = concat(encapsulated, publicKeyOf('X25519', privateKey))
  const { key, nonce } = keySchedule(x25519(privateKey, encapsulated), kemContext, infoFor(purpose))
  return aeadOpen({ key, nonce, associated }, sealed.slice(32))
}
