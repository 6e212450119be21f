/**
 * The primitives that a second program would use: OpenSSL's, by way of node:crypto, and none of those that this package
 * uses itself. For tests only.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  pbkdf2Sync,
  sign,
} from 'node:crypto'

type Kind = 'Ed25519' | 'X25519'
/** RFC 8410: what stands before a raw key in PKCS #8 and in SubjectPublicKeyInfo. The last octet of the name tells them apart. */
const OID: Record<Kind, string> = { Ed25519: '70', X25519: '6e' }

function privateKeyObject(kind: Kind, raw: Uint8Array) {
  const der = Buffer.concat([Buffer.from(`302e020100300506032b65${OID[kind]}04220420`, 'hex'), raw])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

function publicKeyObject(kind: Kind, raw: Uint8Array) {
  const der = Buffer.concat([Buffer.from(`302a300506032b65${OID[kind]}032100`, 'hex'), raw])
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

function plain(bytes: Uint8Array | ArrayBuffer): Uint8Array {
  return Uint8Array.from(new Uint8Array(bytes))
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return plain(Buffer.concat(parts))
}

export function publicKeyOf(kind: Kind, privateKey: Uint8Array): Uint8Array {
  const der = createPublicKey(privateKeyObject(kind, privateKey)).export({ format: 'der', type: 'spki' })
  return plain(der.subarray(-32))
}

export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return plain(sign(null, message, privateKeyObject('Ed25519', seed)))
}

export function x25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const keys = {
    privateKey: privateKeyObject('X25519', privateKey),
    publicKey: publicKeyObject('X25519', publicKey),
  }
  return plain(diffieHellman(keys))
}

export function hash(name: 'sha256' | 'sha512', ...parts: Uint8Array[]): Uint8Array {
  return plain(createHash(name).update(Buffer.concat(parts)).digest())
}

export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  return plain(createHmac('sha256', key).update(Buffer.concat(parts)).digest())
}

export interface Hkdf {
  readonly secret: Uint8Array
  readonly salt?: Uint8Array
  readonly info: Uint8Array
  readonly length: number
}

export function hkdf(name: 'sha256' | 'sha512', { secret, salt, info, length }: Hkdf): Uint8Array {
  return plain(hkdfSync(name, secret, salt ?? new Uint8Array(0), info, length))
}

/** HKDF-Expand (RFC 5869, section 2.3) alone. */
export function hkdfExpand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let counter = 1; 32 * blocks.length < length; counter += 1) {
    blocks.push(hmacSha256(key, blocks.at(-1) ?? new Uint8Array(0), info, Uint8Array.of(counter)))
  }
  return concat(...blocks).slice(0, length)
}

export function pbkdf2Sha512(password: string, salt: string, rounds: number): Uint8Array {
  return plain(pbkdf2Sync(password, salt, rounds, 64, 'sha512'))
}

export interface Sealing {
  readonly key: Uint8Array
  readonly nonce: Uint8Array
  readonly associated?: Uint8Array
}

/** The ciphertext, then the 16-byte tag. */
export function aeadSeal(
  cipher: 'chacha20-poly1305' | 'aes-256-gcm',
  { key, nonce, associated = new Uint8Array(0) }: Sealing,
  plaintext: Uint8Array,
): Uint8Array {
  const options = { authTagLength: 16 } as const
  const sealer = createCipheriv(cipher as 'chacha20-poly1305', key, nonce, options)
  sealer.setAAD(associated, { plaintextLength: plaintext.length })
  return concat(sealer.update(plaintext), sealer.final(), sealer.getAuthTag())
}

/** The inverse of aeadSeal; throws where the tag does not fit. */
export function aeadOpen(
  { key, nonce, associated = new Uint8Array(0) }: Sealing,
  sealed: Uint8Array,
): Uint8Array {
  const opener = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  opener.setAAD(associated, { plaintextLength: sealed.length - 16 })
  opener.setAuthTag(sealed.slice(-16))
  return concat(opener.update(sealed.slice(0, -16)), opener.final())
}
