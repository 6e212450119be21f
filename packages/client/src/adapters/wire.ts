/**
 * How inputs and outputs travel: CBOR bodies and frames, path parameters and queries as the operation table says.
 * SPEC.md, sections "Encoding" (ENC-*) and "Operations" (OP-*). For the gateway transport only.
 */
import {
  decodeCbor,
  encodePresent,
  isErrorCode,
  OPERATIONS,
  ProtocolError,
  type OperationName,
} from '@reforms/protocol'

export { decodeCbor as decodeWire, encodePresent as encodeWire }

/** A request as HTTP sees it. `body` is absent where the method has none. */
export interface Addressed {
  readonly method: string
  readonly path: string
  readonly body?: Uint8Array<ArrayBuffer>
}

/** Where an operation lives: `:name` in the path takes a property of the input, the rest is body or query. */
export function address(operation: OperationName, input: Record<string, unknown>): Addressed {
  const { method, path } = OPERATIONS[operation]
  const rest = { ...input }
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = encodeURIComponent(String(rest[name]))
    delete rest[name]
    return value
  })
  if (method === 'POST' || method === 'PUT' || method === 'PATCH') {
    return { method, path: filled, body: encodePresent(rest) }
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) query.append(name, inQuery(item))
    }
  }
  return { method, path: query.size > 0 ? `${filled}?${query}` : filled }
}

/** Bytes are unpadded base64url in a query (ENC-3). */
function inQuery(value: unknown): string {
  if (value instanceof Uint8Array) return base64Url(value)
  if (typeof value === 'object') throw new TypeError('a query takes bytes, text, numbers and booleans only')
  return String(value)
}

function base64Url(bytes: Uint8Array): string {
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** An error from the wire as the class that operations throw. What this client does not know is `internal`. */
export function protocolError(wire: unknown): ProtocolError {
  const { code, message, detail } = (typeof wire === 'object' && wire !== null ? wire : {}) as Record<
    string,
    unknown
  >
  const known = typeof code === 'string' && isErrorCode(code) ? code : 'internal'
  const facts =
    typeof detail === 'object' && detail !== null ? (detail as Record<string, unknown>) : undefined
  return new ProtocolError(known, facts, typeof message === 'string' ? message : undefined)
}
