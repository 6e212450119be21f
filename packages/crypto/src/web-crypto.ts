/**
 * What this platform's WebCrypto can do, found by trying, and the one cast that its types ask for. For the primitives
 * of this package only.
 */

/** A view that WebCrypto's types accept: never over shared memory. Copies only when it must. */
export function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}

interface Imported {
  /** A copy: the caller's array might be overwritten. */
  readonly bytes: Uint8Array
  readonly key: Promise<CryptoKey>
}

/** Remembers what secret bytes were imported as, until the caller's array is forgotten. */
export function importedOnce(
  importKey: (bytes: Uint8Array) => Promise<CryptoKey>,
): (bytes: Uint8Array) => Promise<CryptoKey> {
  const imported = new WeakMap<Uint8Array, Imported>()
  return (bytes) => {
    const known = imported.get(bytes)
    const isSame = known?.bytes.every((byte, index) => byte === bytes[index]) ?? false
    if (known && isSame && known.bytes.length === bytes.length) return known.key
    const key = importKey(bytes)
    imported.set(bytes, { bytes: Uint8Array.from(bytes), key })
    return key
  }
}

type Detectable = 'Ed25519' | 'X25519' | 'ChaCha20-Poly1305'

const probes: Record<Detectable, () => Promise<unknown>> = {
  Ed25519: () => crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']),
  X25519: () => crypto.subtle.generateKey('X25519', false, ['deriveBits']),
  'ChaCha20-Poly1305': () =>
    crypto.subtle.importKey('raw-secret' as 'raw', new Uint8Array(32), 'ChaCha20-Poly1305', false, [
      'encrypt',
    ]),
}
const found = new Map<Detectable, Promise<boolean>>()

/** Whether WebCrypto here knows the algorithm; asked once. */
export function supportsAlgorithm(name: Detectable): Promise<boolean> {
  let answer = found.get(name)
  if (!answer) {
    answer = probes[name]().then(
      () => true,
      () => false,
    )
    found.set(name, answer)
  }
  return answer
}
