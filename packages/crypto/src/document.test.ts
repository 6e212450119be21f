import { encodeCbor } from '@reforms/protocol'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { checkShape, checkStatement, decodeDocument, encodeDocument, equalBytes } from './document.ts'
import { createSigningKeyPair, sign } from './keys.ts'
import { code, seeded } from './testing.ts'

const random = seeded(21)
const schema = Type.String({ maxLength: 100 })
const refused = (step: () => unknown) => code((async () => step())())

describe('bytes', () => {
  it('are equal when they are the same, whole', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    expect(equalBytes(bytes, Uint8Array.of(1, 2, 3))).toBe(true)
    expect(equalBytes(new Uint8Array(), new Uint8Array())).toBe(true)
    const others = [[], [1, 2], [1, 2, 3, 4], [1, 2, 4], [0, 2, 3]].map((other) => Uint8Array.from(other))
    for (const other of others) {
      expect(equalBytes(bytes, other)).toBe(false)
      expect(equalBytes(other, bytes)).toBe(false)
    }
  })
})

describe('documents', () => {
  it('LIM-1: are as long as is allowed, and no longer, when made and when read', async () => {
    const bytes = encodeCbor('text')
    expect(encodeDocument(schema, 'text', bytes.length)).toEqual(bytes)
    expect(decodeDocument(schema, bytes, bytes.length)).toBe('text')
    expect(await refused(() => encodeDocument(schema, 'text', bytes.length - 1))).toBe('too-large')
    expect(await refused(() => decodeDocument(schema, bytes, bytes.length - 1))).toBe('too-large')
  })

  it('are bytes that are deterministic CBOR of what the schema says', async () => {
    const read = (bytes: unknown) => refused(() => decodeDocument(schema, bytes as Uint8Array, 200))
    expect(await read(encodeCbor('text'))).toBe('accepted')
    expect(await read([...encodeCbor('text')])).toBe('malformed')
    expect(await read('text')).toBe('malformed')
    expect(await read(Uint8Array.of(0x78, 0x01, 0x61))).toBe('malformed')
    expect(await read(encodeCbor(5))).toBe('malformed')
    expect(await refused(() => checkShape(schema, 5))).toBe('malformed')
    expect(await refused(() => encodeDocument(schema, 5 as never, 200))).toBe('malformed')
  })

  it('ENC-4: are signed by the expected key, under their own label', async () => {
    const pair = createSigningKeyPair(random)
    const signature = await sign(pair.privateKey, 'reforms test v1', [1])
    const check = (label: string, body: unknown, key = pair.publicKey) =>
      code(checkStatement(key, [label, body, signature]))
    expect(await check('reforms test v1', [1])).toBe('accepted')
    expect(await check('reforms test v2', [1])).toBe('signature')
    expect(await check('reforms test v1', [2])).toBe('signature')
    expect(await check('reforms test v1', [1], createSigningKeyPair(random).publicKey)).toBe('signature')
  })
})
