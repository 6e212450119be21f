import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pad, padmeLength, unpad } from './padme.ts'
import { code } from './testing.ts'

describe('Padmé', () => {
  it('gives the lengths that its definition gives', () => {
    // 9 = 0b1001: E = 3, S = 2, one bit may not be set; 1,000: E = 9, S = 4, five bits may not.
    const known: [number, number][] = [
      [0, 0],
      [1, 1],
      [2, 2],
      [7, 7],
      [9, 10],
      [100, 104],
      [1000, 1024],
      [1025, 1088],
    ]
    for (const [length, padded] of known) expect([length, padmeLength(length)]).toEqual([length, padded])
  })

  it('adds at most 12 %, never shrinks, and is stable', () => {
    const lengths = fc.integer({ min: 2, max: 2 ** 40 })
    fc.assert(
      fc.property(lengths, (length) => {
        const padded = padmeLength(length)
        return padded >= length && padded <= Math.ceil(length * 1.12) && padmeLength(padded) === padded
      }),
    )
  })

  it('is undone, whatever the content ends in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 5 }), (start, zeros) => {
        const content = Uint8Array.from([...start, ...new Uint8Array(zeros)])
        expect(unpad(pad(content))).toEqual(content)
      }),
    )
  })

  it('is refused when it is not what it should be', async () => {
    const wrong = [[], [0], [1], [1, 2, 3], [0x80, 0], [1, 0x80, 0, 0, 0, 0]]
    for (const bytes of wrong)
      expect(await code((async () => unpad(Uint8Array.from(bytes)))())).toBe('malformed')
  })
})
