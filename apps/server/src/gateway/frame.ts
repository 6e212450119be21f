/** Frames of the gateway, from the client (SPEC.md, GW-1): one CBOR item each, nothing beyond what is named. */
import { decodeCbor, object, type ClientFrame } from '@reforms/protocol'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'

const frame = Compile(
  object({
    id: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    operation: Type.String({ maxLength: 64 }),
    input: Type.Unknown(),
  }),
)

/** Undefined for what is not a frame. */
export function decodeFrame(bytes: Uint8Array): ClientFrame | undefined {
  try {
    const value = decodeCbor(bytes)
    return isMap(value) && frame.Check(value) ? (value as ClientFrame) : undefined
  } catch {
    return undefined
  }
}

/** To the check bytes are an object too. */
function isMap(value: unknown): boolean {
  return typeof value === 'object' && !(value instanceof Uint8Array)
}
