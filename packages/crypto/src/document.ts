/**
 * Documents: deterministic CBOR (RFC 8949, section 4.2.1) checked against a schema, and labelled statements of the
 * form [label, body, signature]. Every decoder of this package goes through decodeDocument or decodeBounded. Holds no private key.
 */
import { decodeCbor, encodeCbor, firstFault, bytes as byteString } from '@reforms/protocol'
import { Type, type Static, type TSchema } from 'typebox'
import { CryptoError } from './errors.ts'
import { verify } from './signature.ts'

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

function decodeStrictly(bytes: Uint8Array): unknown {
  try {
    return decodeCbor(bytes)
  } catch {
    throw new CryptoError('malformed', 'not deterministic CBOR')
  }
}

/** Decodes what has yet to be checked. Throws CryptoError 'too-large' or 'malformed'. */
export function decodeBounded(bytes: Uint8Array, maxBytes: number): unknown {
  if (!(bytes instanceof Uint8Array)) throw new CryptoError('malformed', 'not bytes')
  if (bytes.length > maxBytes) throw new CryptoError('too-large', `more than ${maxBytes} bytes`)
  return decodeStrictly(bytes)
}

/** Decodes and checks. Throws CryptoError 'too-large' or 'malformed'. */
export function decodeDocument<S extends TSchema>(schema: S, bytes: Uint8Array, maxBytes: number): Static<S> {
  const value = decodeBounded(bytes, maxBytes)
  checkShape(schema, value)
  return value as Static<S>
}

/** Throws CryptoError 'malformed' when a value does not fit its schema; also used before anything is signed. */
export function checkShape(schema: TSchema, value: unknown): void {
  const fault = firstFault(schema, value)
  if (fault) throw new CryptoError('malformed', `${fault.path || 'the document'} ${fault.problem}`)
}

/** Checks, then encodes, so that nothing is made that its own decoder would refuse. */
export function encodeDocument<S extends TSchema>(schema: S, value: Static<S>, maxBytes: number): Uint8Array {
  checkShape(schema, value)
  const bytes = encodeCbor(value)
  if (bytes.length > maxBytes) throw new CryptoError('too-large', `more than ${maxBytes} bytes`)
  return bytes
}

/** The schema of a signed document [label, body, signature]. */
export function statementSchema<S extends TSchema>(label: string, body: S) {
  return Type.Tuple([Type.Literal(label), body, byteString(64, 64)])
}

/** Checks the signature of a decoded statement. Throws CryptoError 'signature'. */
export async function checkStatement(
  publicKey: Uint8Array,
  statement: readonly [string, unknown, Uint8Array],
) {
  const [label, body, signature] = statement
  if (!(await verify(publicKey, label, body, signature))) {
    throw new CryptoError('signature', 'not signed by the expected key')
  }
}
