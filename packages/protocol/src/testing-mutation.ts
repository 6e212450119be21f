/** Changes to bytes, of the kinds that find faults in decoders. For tests only. */
import fc from 'fast-check'

const REPEAT_MAX_BYTES = 40
/** What is read as a length or a count: the largest of each width, and those at the sign bits. */
const LENGTHS = [0xff, 0x7f, 0x80, 0x1a, 0x1b, 0x5a, 0x5b, 0x7b, 0x9a, 0x9b, 0xba, 0xbb, 0xbf, 0x9f]

export type Mutation =
  | {
      readonly kind: 'flip' | 'cut' | 'insert' | 'repeat' | 'end'
      readonly at: number
      readonly value: number
    }
  /** The beginning of one and the end of another. */
  | { readonly kind: 'splice'; readonly at: number; readonly value: number }

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), value: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat({ max: REPEAT_MAX_BYTES }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...LENGTHS)),
  }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: fc.nat(),
    value: fc.integer({ min: 1, max: REPEAT_MAX_BYTES }),
  }),
  fc.record({ kind: fc.constant('end' as const), at: fc.nat(), value: fc.constant(0) }),
  fc.record({ kind: fc.constant('splice' as const), at: fc.nat(), value: fc.nat() }),
)

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** `other`: what is spliced in; the bytes themselves where there is nothing else. */
export function mutate(
  bytes: Uint8Array,
  { kind, at, value }: Mutation,
  other: Uint8Array = bytes,
): Uint8Array {
  const position = at % (bytes.length + 1)
  const [before, after] = [bytes.subarray(0, position), bytes.subarray(position)]
  switch (kind) {
    case 'flip':
      return joined(
        before,
        after.subarray(0, 1).map((byte) => byte ^ value),
        after.subarray(1),
      )
    case 'cut':
      return joined(before, after.subarray(value))
    case 'insert':
      return joined(before, Uint8Array.of(value), after)
    case 'repeat':
      return joined(before, after.subarray(0, value), after)
    case 'end':
      return before.slice()
    case 'splice':
      return joined(before, other.subarray(value % (other.length + 1)))
  }
}

export const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 })

export function mutateAll(bytes: Uint8Array, all: readonly Mutation[], other?: Uint8Array): Uint8Array {
  return all.reduce((changed, each) => mutate(changed, each, other), bytes)
}
