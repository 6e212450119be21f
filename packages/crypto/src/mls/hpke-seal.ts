/**
 * HPKE (RFC 9180) for who sends: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, one message for
 * each ephemeral key. A commit in a large group seals a path secret to up to a thousand nodes: only the curve goes through
 * WebCrypto here, the small hashes are made in place. Opening stays with the library. For suite.ts only.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { PublicKey } from 'ts-mls'
import { ownBuffer } from '../web-crypto.ts'

const VERSION = utf8ToBytes('HPKE-v1')
/** Section 4.1: KEM 0x0020. */
const KEM_SUITE = Uint8Array.of(...utf8ToBytes('KEM'), 0, 0x20)
/** Section 5.1: KEM 0x0020, KDF 0x0001, AEAD 0x0003. */
const HPKE_SUITE = Uint8Array.of(...utf8ToBytes('HPKE'), 0, 0x20, 0, 1, 0, 3)
const BASE_MODE = Uint8Array.of(0)
const EMPTY = new Uint8Array(0)
const DH_BITS = 256

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, key: Uint8Array): Uint8Array {
  return hmac(sha256, salt, concatBytes(VERSION, suite, utf8ToBytes(label), key))
}

/** For up to 32 bytes: one block of HKDF-Expand. */
function labeledExpand(suite: Uint8Array, key: Uint8Array, label: string, info: Uint8Array, length: number) {
  const labeledInfo = [Uint8Array.of(0, length), VERSION, suite, utf8ToBytes(label), info]
  return hmac(sha256, key, concatBytes(...labeledInfo, Uint8Array.of(1))).subarray(0, length)
}

const PSK_ID_HASH = labeledExtract(HPKE_SUITE, EMPTY, 'psk_id_hash', EMPTY)

/** Sections 4.1 and 5.1: the key and the nonce of the first message. */
function keySchedule(dh: Uint8Array, kemContext: Uint8Array, info: Uint8Array) {
  const eaePrk = labeledExtract(KEM_SUITE, EMPTY, 'eae_prk', dh)
  const sharedSecret = labeledExpand(KEM_SUITE, eaePrk, 'shared_secret', kemContext, 32)
  const infoHash = labeledExtract(HPKE_SUITE, EMPTY, 'info_hash', info)
  const context = concatBytes(BASE_MODE, PSK_ID_HASH, infoHash)
  const secret = labeledExtract(HPKE_SUITE, sharedSecret, 'secret', EMPTY)
  return {
    key: labeledExpand(HPKE_SUITE, secret, 'key', context, 32),
    nonce: labeledExpand(HPKE_SUITE, secret, 'base_nonce', context, 12),
  }
}

const rawKeys = new WeakMap<CryptoKey, Uint8Array>()

/** Keeps the bytes beside the key, so that they need not be exported again. Rejects what is no key. */
export async function importPublicKey(bytes: Uint8Array): Promise<PublicKey> {
  const key = (await crypto.subtle.importKey('raw', ownBuffer(bytes), 'X25519', true, [])) as PublicKey
  rawKeys.set(key, bytes)
  return key
}

async function rawKeyOf(key: CryptoKey): Promise<Uint8Array> {
  return rawKeys.get(key) ?? new Uint8Array(await crypto.subtle.exportKey('raw', key))
}

/** RFC 9180, section 7.1.4: a point of small order shares no secret. */
async function diffieHellman(privateKey: CryptoKey, publicKey: CryptoKey): Promise<Uint8Array> {
  const parameters = { name: 'X25519', public: publicKey }
  const dh = new Uint8Array(await crypto.subtle.deriveBits(parameters, privateKey, DH_BITS))
  if (dh.every((byte) => byte === 0)) throw new Error('the key shares no secret')
  return dh
}

/** Section 6.1: `ct` is encrypted to the key, `enc` is what its owner opens it with. Rejects an unusable key. */
export async function seal(
  publicKey: PublicKey,
  plaintext: Uint8Array,
  info: Uint8Array,
  associated: Uint8Array = EMPTY,
): Promise<{ ct: Uint8Array; enc: Uint8Array }> {
  const ephemeral = (await crypto.subtle.generateKey('X25519', true, ['deriveBits'])) as CryptoKeyPair
  const [enc, recipient, dh] = await Promise.all([
    rawKeyOf(ephemeral.publicKey),
    rawKeyOf(publicKey),
    diffieHellman(ephemeral.privateKey, publicKey),
  ])
  const { key, nonce } = keySchedule(dh, concatBytes(enc, recipient), info)
  return { ct: chacha20poly1305(key, nonce, associated).encrypt(plaintext), enc }
}
