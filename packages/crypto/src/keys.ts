/**
 * Key pairs and labelled signatures: Ed25519 (RFC 8032) for signing, X25519 (RFC 7748) for sealing. Randomness is
 * handed in. Clients only; verifying alone is in signature.ts.
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { CryptoError } from './errors.ts'
import { signedBytes } from './signature.ts'
import { importedOnce, ownBuffer, supportsAlgorithm } from './web-crypto.ts'

/** A source of secret random bytes, handed in by the program: crypto.getRandomValues in truth, a seed in tests. */
export type Random = (length: number) => Uint8Array

export interface SigningKeyPair {
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array
  /** The 32-byte seed of RFC 8032, section 5.1.5. */
  readonly privateKey: Uint8Array
}

export interface SealingKeyPair {
  /** 32 bytes, X25519. */
  readonly publicKey: Uint8Array
  /** 32 bytes, X25519. */
  readonly privateKey: Uint8Array
}

/** RFC 8410, section 7: what stands before the seed in PKCS #8, the only form in which WebCrypto takes a seed. */
const PKCS8_PREFIX = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]

/** Random bytes of exactly this length, whatever the source answers. */
export function takeRandom(random: Random, length: number): Uint8Array {
  const bytes = random(length)
  if (bytes.length !== length) throw new CryptoError('bad-key', 'the random source gave too few bytes')
  return bytes
}

export function signingKeyPairFrom(seed: Uint8Array): SigningKeyPair {
  if (seed.length !== 32) throw new CryptoError('bad-key', 'an Ed25519 seed has 32 bytes')
  return { publicKey: ed25519.getPublicKey(seed), privateKey: seed }
}

export function sealingKeyPairFrom(privateKey: Uint8Array): SealingKeyPair {
  if (privateKey.length !== 32) throw new CryptoError('bad-key', 'an X25519 key has 32 bytes')
  return { publicKey: x25519.getPublicKey(privateKey), privateKey }
}

export function createSigningKeyPair(random: Random): SigningKeyPair {
  return signingKeyPairFrom(takeRandom(random, 32))
}

export function createSealingKeyPair(random: Random): SealingKeyPair {
  return sealingKeyPairFrom(takeRandom(random, 32))
}

/** Importing a seed costs six times as much as signing with it. */
const importSeed = importedOnce((privateKey) => {
  const pkcs8 = Uint8Array.from([...PKCS8_PREFIX, ...privateKey])
  return crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
})

/** A plain RFC 8032 signature, 64 bytes. Throws CryptoError 'bad-key'. */
export async function signBytes(privateKey: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  if (privateKey.length !== 32) throw new CryptoError('bad-key', 'an Ed25519 seed has 32 bytes')
  if (!(await supportsAlgorithm('Ed25519'))) return ed25519.sign(message, privateKey)
  const key = await importSeed(privateKey)
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, ownBuffer(message)))
}

/** Signs a value for one purpose, named by the label. 64 bytes. */
export function sign(privateKey: Uint8Array, label: string, value: unknown): Promise<Uint8Array> {
  return signBytes(privateKey, signedBytes(label, value))
}
