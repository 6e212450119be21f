/** What the encoder and the decoder of CBOR agree on: see cbor.ts. */

/** The upper three bits of an item's first byte. */
export const MAJOR = { uint: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, other: 7 } as const
/** The lower five bits: smaller ones are the argument itself, these say how many bytes of it follow. */
export const FOLLOWS = { one: 24, two: 25, four: 26, eight: 27 } as const
/** The lower five bits of what is neither number, text, bytes nor a list; floats have those of FOLLOWS. */
export const SIMPLE = { false: 20, true: 21, null: 22 } as const

export const UINT32_VALUES = 2 ** 32
/** Nothing of ours is nested so deep, and no stack of a program ends so soon. */
export const DEPTH_MAX = 500

const view = new DataView(new ArrayBuffer(8))

/** A float of 16 bits (IEEE 754), which JavaScript's views do not have everywhere. */
export function fromHalf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : (fraction + 1024) * 2 ** (exponent - 25)
  return bits & 0x8000 ? -size : size
}

/** Undefined where 16 bits do not hold exactly this number. */
export function toHalf(value: number): number | undefined {
  const size = Math.abs(value)
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  // Of a subnormal number the fraction is all there is; any other has a first bit that is not written.
  const fraction = size / 2 ** (exponent - 10)
  const bits = fraction < 1024 ? fraction : ((exponent + 15) << 10) | (fraction - 1024)
  const signed = value < 0 ? bits | 0x8000 : bits
  return fromHalf(signed) === value ? signed : undefined
}

/** The bytes of 16, 32 or 64 bits that are the fewest to hold exactly this number. */
export function shortestFloat(value: number): 2 | 4 | 8 {
  if (toHalf(value) !== undefined) return 2
  view.setFloat32(0, value)
  return view.getFloat32(0) === value ? 4 : 8
}
