/** CBOR that no encoder of ours makes, for tests of decoders: of any depth, with `undefined`, NaN and tags. */
import { encode, rfc8949EncodeOptions } from 'cborg'

export function encodeLoosely(value: unknown): Uint8Array {
  return new Uint8Array(encode(value, rfc8949EncodeOptions))
}
