/**
 * ChaCha20-Poly1305 (RFC 8439) under keys that are used once: each key is derived with a fresh random salt, so the
 * nonce is always zero. WebCrypto where it knows the algorithm, else @noble/ciphers. Within this package only.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { CryptoError } from './errors.ts'
import { ownBuffer, supportsAlgorithm } from './web-crypto.ts'

const ZERO_NONCE = new Uint8Array(12)
export const TAG_BYTES = 16

async function nativeKey(key: Uint8Array, usage: KeyUsage): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw-secret' as 'raw', ownBuffer(key), 'ChaCha20-Poly1305', false, [usage])
}

function parameters(nonce: Uint8Array, associated: Uint8Array) {
  const data = { iv: ownBuffer(nonce), additionalData: ownBuffer(associated), tagLength: 8 * TAG_BYTES }
  return { name: 'ChaCha20-Poly1305', ...data }
}

/** RFC 8439, section 2.8, with any 12-byte nonce. */
export async function encryptWithNonce(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  if (!(await supportsAlgorithm('ChaCha20-Poly1305'))) {
    return chacha20poly1305(key, nonce, associated).encrypt(plaintext)
  }
  const native = await nativeKey(key, 'encrypt')
  return new Uint8Array(
    await crypto.subtle.encrypt(parameters(nonce, associated), native, ownBuffer(plaintext)),
  )
}

/** Throws CryptoError 'tag'. */
export async function decryptWithNonce(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  try {
    if (!(await supportsAlgorithm('ChaCha20-Poly1305'))) {
      return chacha20poly1305(key, nonce, associated).decrypt(ciphertext)
    }
    const native = await nativeKey(key, 'decrypt')
    const plaintext = await crypto.subtle.decrypt(
      parameters(nonce, associated),
      native,
      ownBuffer(ciphertext),
    )
    return new Uint8Array(plaintext)
  } catch {
    throw new CryptoError('tag', 'the ciphertext does not open with this key')
  }
}

/** Encrypts the only thing that is ever encrypted under this key. */
export function encryptOnce(
  key: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  return encryptWithNonce(key, ZERO_NONCE, associated, plaintext)
}

/** The inverse of encryptOnce. Throws CryptoError 'tag'. */
export function decryptOnce(
  key: Uint8Array,
  associated: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  return decryptWithNonce(key, ZERO_NONCE, associated, ciphertext)
}
