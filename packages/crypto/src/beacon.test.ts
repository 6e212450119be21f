import { encodeCbor } from '@reforms/protocol'
import { expect, it } from 'vitest'
import { decodeBeacon, encodeBeacon, knownBeacon, type BeaconContent } from './beacon.ts'
import { decodeWaveform, encodeWaveform, knownWaveform } from './waveform.ts'

const receipt: BeaconContent = { type: 'receipt', seq: 12 }
const waveform = { durationMs: 4000, levels: Uint8Array.of(0, 9, 255) }
/** What the next version may send, and what is no CBOR at all. */
const strange = [encodeCbor({ type: 'mood', of: 1 }), encodeCbor(['waveform', 2, 1, 1]), Uint8Array.of(0xff)]

it('BCN-1: a beacon that this version does not know is passed over, where it is asked for; else it is refused', () => {
  expect(knownBeacon(encodeBeacon(receipt))).toEqual(receipt)
  for (const bytes of strange) {
    expect(knownBeacon(bytes)).toBeUndefined()
    expect(() => decodeBeacon(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }) as Error)
  }
})

it('FIL-8: a thumbnail that is no waveform is passed over likewise', () => {
  expect(knownWaveform(encodeWaveform(waveform))).toEqual(waveform)
  for (const bytes of strange) {
    expect(knownWaveform(bytes)).toBeUndefined()
    expect(() => decodeWaveform(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }) as Error)
  }
})
