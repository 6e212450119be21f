/**
 * Verifying Ed25519 signatures (RFC 8032) over labelled values: what is signed is deterministic CBOR of
 * [label, value], so a signature for one purpose is never valid for another. Holds no private key; the server may use
 * it. WebCrypto where it knows Ed25519, else @noble/curves.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { encodeCbor } from '@reforms/protocol'
import { ownBuffer, supportsAlgorithm } from './web-crypto.ts'

/** The y coordinates of all points of small order, in both spellings, without the sign bit (as hexadecimal). */
const SMALL_ORDER = new Set([
  '00'.repeat(32),
  '01' + '00'.repeat(31),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ec' + 'ff'.repeat(30) + '7f',
  'ed' + 'ff'.repeat(30) + '7f',
  'ee' + 'ff'.repeat(30) + '7f',
])

/** A key of small order would accept signatures that nobody made; platforms differ in whether they notice. */
export function isSmallOrder(publicKey: Uint8Array): boolean {
  const hex = Array.from(publicKey, (byte, index) =>
    (index === 31 ? byte & 0x7f : byte).toString(16).padStart(2, '0'),
  )
  return SMALL_ORDER.has(hex.join(''))
}

/** The bytes that a signature for this purpose covers. */
export function signedBytes(label: string, value: unknown): Uint8Array {
  return encodeCbor([label, value])
}

/** The few keys that signed what is read at the moment: to import one takes longer than to verify with it. */
const imported = new Map<string, CryptoKey>()
const IMPORTED_MAX = 64

function nameOf(publicKey: Uint8Array): string {
  return String.fromCharCode(...publicKey)
}

async function importKey(publicKey: Uint8Array): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', ownBuffer(publicKey), 'Ed25519', false, ['verify'])
  imported.set(nameOf(publicKey), key)
  const [oldest] = imported.keys()
  if (imported.size > IMPORTED_MAX && oldest !== undefined) imported.delete(oldest)
  return key
}

/** Plain RFC 8032 verification, false for anything that is not a good signature. Lengths: 32, any, 64. */
export async function verifyBytes(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    const known = imported.get(nameOf(publicKey))
    if (!known && isSmallOrder(publicKey)) return false
    if (!(await supportsAlgorithm('Ed25519'))) {
      return ed25519.verify(signature, message, publicKey, { zip215: false })
    }
    const key = known ?? (await importKey(publicKey))
    return await crypto.subtle.verify('Ed25519', key, ownBuffer(signature), ownBuffer(message))
  } catch {
    return false
  }
}

/** Whether `signature` is the key's over this value for this purpose. */
export async function verify(
  publicKey: Uint8Array,
  label: string,
  value: unknown,
  signature: Uint8Array,
): Promise<boolean> {
  return verifyBytes(publicKey, signedBytes(label, value), signature)
}
