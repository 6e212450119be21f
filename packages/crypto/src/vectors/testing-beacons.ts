/** Vectors of what beacons say. For tests only. */
import { decodeBeacon, encodeBeacon, type BeaconContent } from '../beacon.ts'
import { NOW, trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'

const away = { emoji: '🌴', text: 'On holiday', until: NOW }
const quietHours = { days: [1, 2, 3, 4, 5], from: 1200, to: 420, zone: 'Europe/Lisbon' }
const status: BeaconContent = { type: 'status', clock: NOW, status: away, quietUntil: NOW, quietHours }
const receipt: BeaconContent = { type: 'receipt', seq: 12 }
const gone: BeaconContent = { type: 'status', clock: NOW + 1 }
const bad = (value: unknown) => ({ given: { encoded: cbor(value) }, code: 'malformed' })

export const beaconContent = format({
  name: 'beacon-content',
  rules: ['BCN-1', 'STAT-1', 'RCPT-1'],
  about:
    'What a beacon says: CBOR {type: "status", clock, status: {emoji, text, until}, quietUntil, quietHours: {days, from, to, zone}} in which ' +
    'status, until, quietUntil and quietHours may be absent, or {type: "receipt", seq}.',
  inputs: {
    'a status': status,
    'nothing any more': gone,
    'a receipt': receipt,
  },
  second: (input) => ({ steps: {}, output: { encoded: cbor(input) } }),
  make: async (input) => ({ encoded: encodeBeacon(input) }),
  open: async (_input, { encoded }) => decodeBeacon(encoded),
  refused: {
    'a status without a clock': bad({ ...status, clock: undefined }),
    'a status of 81 characters': bad({ ...status, status: { ...away, text: 'a'.repeat(81) } }),
    'an eighth day of the week': bad({ ...status, quietHours: { ...quietHours, days: [7] } }),
    'a minute after midnight of the next day': bad({ ...status, quietHours: { ...quietHours, to: 1440 } }),
    'a receipt of no place': bad({ type: 'receipt' }),
    'a receipt with a field that is not known': bad({ ...receipt, at: NOW }),
    'a byte after the end': { given: { encoded: trailed(cbor(receipt)) }, code: 'malformed' },
  },
  attempt: async ({ encoded }) => decodeBeacon(encoded),
})
