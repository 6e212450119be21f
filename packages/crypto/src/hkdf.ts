/**
 * HKDF (RFC 5869) with SHA-256 or SHA-512. `info` is deterministic CBOR with a label first, so that keys for two
 * purposes never coincide. Within this package only.
 */
import { encodeCbor } from '@reforms/protocol'
import { importedOnce, ownBuffer } from './web-crypto.ts'

const NO_SALT = new Uint8Array(0)

export interface Derivation {
  readonly secret: Uint8Array
  readonly salt?: Uint8Array
  /** A label first, then what else the key is bound to. */
  readonly info: readonly unknown[]
  readonly length: number
}

/** One epoch's secret opens thousands of messages. */
const importSecret = importedOnce((secret) =>
  crypto.subtle.importKey('raw', ownBuffer(secret), 'HKDF', false, ['deriveBits']),
)

export async function hkdf(hash: 'SHA-256' | 'SHA-512', derivation: Derivation): Promise<Uint8Array> {
  const { secret, salt = NO_SALT, info, length } = derivation
  const key = await importSecret(secret)
  const parameters = { name: 'HKDF', hash, salt: ownBuffer(salt), info: ownBuffer(encodeCbor(info)) }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 8 * length))
}
