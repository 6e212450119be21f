import { encodeCbor } from '@reforms/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFrame } from './frame.ts'

test('ENC-6, GW-1: whatever bytes come, a frame is read or refused, and what is read is a frame', () => {
  const soup = fc.uint8Array({ maxLength: 300 })
  const values = fc.anything({ withBigInt: false, withMap: false, withSet: false }).map(asCbor)
  fc.assert(
    fc.property(fc.oneof(soup, values), (bytes) => {
      const frame = decodeFrame(bytes)
      return frame === undefined || (Number.isSafeInteger(frame.id) && typeof frame.operation === 'string')
    }),
    { numRuns: 10_000 },
  )
})

function asCbor(value: unknown): Uint8Array {
  try {
    return encodeCbor(value)
  } catch {
    return new Uint8Array()
  }
}

test('GW-1: what a client encodes is read as it was', () => {
  const frame = {
    id: 7,
    operation: 'log.append',
    input: { payload: new Uint8Array([1, 2, 3]), notify: ['a'] },
  }
  expect(decodeFrame(encodeCbor(frame))).toEqual(frame)
})

test('ENC-5: deep nesting is refused, not followed to the end of the stack', () => {
  for (const byte of [0x81, 0xa1]) expect(decodeFrame(new Uint8Array(1_000_000).fill(byte))).toBeUndefined()
})
