/** Vectors of personal records, and of how two of them are put together. For tests only. */
import type { DeviceId } from '@reforms/protocol'
import {
  decodePersonalRecord,
  encodePersonalRecord,
  mergeRegisters,
  type Register,
} from '../personal-record.ts'
import { fixed, fixedId, longForm, NOW, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'

const [phone, desk] = [fixedId<DeviceId>(90), fixedId<DeviceId>(91)].sort() as [DeviceId, DeviceId]
const set = (key: string, after: number, device: DeviceId, value: unknown): Register => ({
  key,
  clock: NOW + after,
  device,
  value: value === null ? null : cbor(value),
})

/** Written a second time: every register as a text that sorts as the rules say. */
function secondMerge(one: readonly Register[], other: readonly Register[]): Register[] {
  const rank = ({ clock, device, value }: Register) =>
    `${String(clock).padStart(16, '0')} ${device} ${value ? `1${Buffer.from(value).toString('hex')}` : '0'}`
  const keys = [...new Set([...one, ...other].map(({ key }) => key))].sort()
  return keys.map((key) => {
    const said = [...one, ...other].filter((register) => register.key === key)
    return said.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).at(-1) as Register
  })
}

const secondRecord = (registers: readonly Register[]) =>
  cbor([1, registers.map(({ key, clock, device, value }) => [key, clock, device, value])])

const muted = set('muted/a', 0, phone, true)
const good = secondRecord([muted])
const packed = (...registers: unknown[]) => ({ given: { record: cbor([1, registers]) }, code: 'malformed' })
const parts = [muted.key, muted.clock, muted.device, muted.value] as const

const record = format({
  name: 'personal-record',
  rules: ['OWN-1', 'OWN-2', 'OWN-4'],
  about:
    'CBOR [1, [[key, clock, device, value or null], ...]] in the order of the keys, each key once. Of two registers of one key the one with the higher clock holds, then the one with the higher device, ' +
    'then the one with a value, then the greater value, byte by byte. A value is bytes that hold CBOR.',
  inputs: {
    'what two devices set apart': { one: [muted], other: [set('sort', 5, desk, 'name')] },
    'the later of two': { one: [set('sort', 1, desk, 'name')], other: [set('sort', 2, phone, 'activity')] },
    'taken away later than set': {
      one: [set('muted/a', 3, phone, true)],
      other: [set('muted/a', 4, desk, null)],
    },
    'at the same time, by two devices': {
      one: [set('sort', 1, phone, 'name')],
      other: [set('sort', 1, desk, 'activity')],
    },
    'at the same time, by one device': {
      one: [set('sort', 1, phone, null)],
      other: [set('sort', 1, phone, 'name')],
    },
    'values that no program here knows': {
      one: [{ key: 'later-version', clock: 1, device: phone, value: fixed(92, 40) }],
      other: [],
    },
  },
  second({ one, other }) {
    const merged = secondMerge(one, other)
    return { steps: { merged }, output: { record: secondRecord(merged) } }
  },
  async make({ one, other }) {
    const merged = encodePersonalRecord(mergeRegisters(one, other))
    const turned = encodePersonalRecord(mergeRegisters(other, one))
    return Buffer.compare(merged, turned) === 0 ? { record: merged } : { record: fixed(1) }
  },
  open: async (_input, output) => ({ merged: decodePersonalRecord(output.record) }),
  refused: {
    'another version of the format': { given: { record: cbor([2, []]) }, code: 'malformed' },
    'one key twice': packed(parts, parts),
    'out of the order of the keys': packed(['b', 1, phone, null], ['a', 1, phone, null]),
    'a key of nothing': packed(['', 1, phone, null]),
    'a key that cannot be typed': packed(['é', 1, phone, null]),
    'a clock that stands still': packed(['a', 0, phone, null]),
    'a device that is none': packed(['a', 1, 'phone', null]),
    'a value that is no bytes': packed(['a', 1, phone, 'name']),
    'the length of the array in a long form': { given: { record: longForm(good) }, code: 'malformed' },
    'a byte after the end': { given: { record: trailed(good) }, code: 'malformed' },
  },
  attempt: async (given) => decodePersonalRecord(given.record),
})

export const PERSONAL_FORMATS = [record]
