/**
 * CBOR as this protocol uses it (RFC 8949): deterministic encoding (section 4.2.1), no indefinite lengths, no
 * duplicate keys, no tags, text keys in maps. SPEC.md, section "Encoding" (ENC-1 to ENC-6).
 */
export { decodeCbor } from './cbor-decoder.ts'
export { encodeCbor, encodePresent, takeCbor, takePresent } from './cbor-encoder.ts'
