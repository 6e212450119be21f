/**
 * Personal records: what a user keeps for themself in the vault, as registers that two devices can change without knowing of
 * each other. A key, a value, a clock and the device that set it; put together register by register. SPEC.md, OWN-1, OWN-2, OWN-4.
 */
import { bytes, DeviceIdSchema, type DeviceId } from '@reforms/protocol'
import { Type, type Static } from 'typebox'
import { decodeDocument, encodeDocument } from './document.ts'
import { CryptoError } from './errors.ts'

/** With its padding and name a record stays under the 64 KiB of a vault record. */
const PERSONAL_RECORD_MAX_BYTES = 56 * 1024
const MAX_REGISTERS = 1000
const MAX_REGISTER_KEY_CHARS = 120

export interface Register {
  /** Printable ASCII. */
  readonly key: string
  /** Grows with each change: milliseconds since 1970, or one more than the highest that was seen (OWN-3). */
  readonly clock: number
  readonly device: DeviceId
  /** Bytes that the keeper of the key understands; null once the value was taken away. */
  readonly value: Uint8Array | null
}

const Key = Type.String({ minLength: 1, maxLength: MAX_REGISTER_KEY_CHARS, pattern: '^[!-~]+$' })
const Clock = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const Value = Type.Union([bytes(0, PERSONAL_RECORD_MAX_BYTES), Type.Null()])
/** [key, clock, device, value] */
const Packed = Type.Tuple([Key, Clock, DeviceIdSchema, Value])
/** [version of the format, registers in the order of their keys] */
const Record = Type.Tuple([Type.Literal(1), Type.Array(Packed, { maxItems: MAX_REGISTERS })])

const byKey = (a: { readonly key: string }, b: { readonly key: string }) =>
  a.key < b.key ? -1 : a.key > b.key ? 1 : 0

/** Throws CryptoError 'malformed' (two of one key among them) or 'too-large'. */
export function encodePersonalRecord(registers: readonly Register[]): Uint8Array {
  const sorted = [...registers].sort(byKey)
  checkOrder(sorted)
  const packed = sorted.map(({ key, clock, device, value }): Static<typeof Packed> => [
    key,
    clock,
    device,
    value,
  ])
  return encodeDocument(Record, [1, packed], PERSONAL_RECORD_MAX_BYTES)
}

/** Throws CryptoError 'malformed' or 'too-large'. */
export function decodePersonalRecord(encoded: Uint8Array): Register[] {
  const [, packed] = decodeDocument(Record, encoded, PERSONAL_RECORD_MAX_BYTES)
  const registers = packed.map(([key, clock, device, value]) => ({ key, clock, device, value }))
  checkOrder(registers)
  return registers
}

function checkOrder(registers: readonly Register[]): void {
  const misplaced = registers.some(({ key }, index) => index > 0 && key <= (registers[index - 1]?.key ?? ''))
  if (misplaced) throw new CryptoError('malformed', 'registers not in the order of their keys')
}

/** What both hold, put together: the same in whatever order, and however often (OWN-2). */
export function mergeRegisters(one: readonly Register[], other: readonly Register[]): Register[] {
  const merged = new Map(one.map((register) => [register.key, register]))
  for (const register of other) {
    const known = merged.get(register.key)
    if (!known || isLater(register, known)) merged.set(register.key, register)
  }
  return fitting([...merged.values()].sort(byKey))
}

/** The higher clock; then the higher device; then, where one device said two things at once, the one with a value, and the greater. */
function isLater(a: Register, b: Register): boolean {
  if (a.clock !== b.clock) return a.clock > b.clock
  if (a.device !== b.device) return a.device > b.device
  return compareValues(a.value, b.value) > 0
}

function compareValues(a: Uint8Array | null, b: Uint8Array | null): number {
  if (!a || !b) return Number(a !== null) - Number(b !== null)
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Beyond what a record holds go first what was taken away, then what was set, the longest ago first (OWN-4). */
function fitting(registers: readonly Register[]): Register[] {
  let [count, size] = [registers.length, sizeOf(registers)]
  if (count <= MAX_REGISTERS && size <= PERSONAL_RECORD_MAX_BYTES) return [...registers]
  const dropped = new Set<Register>()
  for (const register of [...registers].sort(goesFirst)) {
    if (count <= MAX_REGISTERS && size <= PERSONAL_RECORD_MAX_BYTES) break
    dropped.add(register)
    count -= 1
    size -= sizeOfOne(register)
  }
  return registers.filter((register) => !dropped.has(register))
}

function goesFirst(a: Register, b: Register): number {
  return Number(a.value !== null) - Number(b.value !== null) || a.clock - b.clock || byKey(a, b)
}

/** At most so many bytes for each register besides its key and value: the heads of CBOR, a clock and a device. */
const OVERHEAD_BYTES = 64

function sizeOfOne({ key, value }: Register): number {
  return OVERHEAD_BYTES + key.length + (value?.length ?? 0)
}

function sizeOf(registers: readonly Register[]): number {
  return registers.reduce((sum, register) => sum + sizeOfOne(register), 0)
}
