/** Vectors of what is drawn of a voice message. For tests only. */
import { decodeWaveform, encodeWaveform } from '../waveform.ts'
import { trailed } from './testing-alteration.ts'
import { cbor } from './testing-cbor.ts'
import { format } from './testing-format.ts'

const levels = Uint8Array.of(0, 12, 200, 255)
const packed = (durationMs: unknown, loudness: unknown, version = 1) =>
  cbor(['waveform', version, durationMs, loudness])
const bad = (encoded: Uint8Array) => ({ given: { encoded }, code: 'malformed' })

export const waveform = format({
  name: 'waveform',
  rules: ['FIL-8'],
  about:
    'The thumbnail of a voice message: CBOR ["waveform", 1, durationMs, levels]; levels are bytes, one for each of as many equal parts of ' +
    'the sound, from 0 (silence) to 255.',
  inputs: {
    'a second': { durationMs: 1000, levels },
    'a day of silence': { durationMs: 86_400_000, levels: new Uint8Array(1) },
    'as many levels as there may be': {
      durationMs: 61_234,
      levels: Uint8Array.from({ length: 200 }, (_, at) => at),
    },
  },
  second: (input) => ({ steps: {}, output: { encoded: packed(input.durationMs, input.levels) } }),
  make: async (input) => ({ encoded: encodeWaveform(input) }),
  open: async (_input, { encoded }) => ({ ...decodeWaveform(encoded) }),
  refused: {
    'a picture': bad(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)),
    'another version': bad(packed(1000, levels, 2)),
    'no time': bad(packed(0, levels)),
    'more than a day': bad(packed(86_400_001, levels)),
    'no level': bad(packed(1000, new Uint8Array(0))),
    'too many levels': bad(packed(1000, new Uint8Array(201))),
    'levels that are no bytes': bad(packed(1000, [0, 255])),
    'a byte after the end': bad(trailed(packed(1000, levels))),
  },
  attempt: async ({ encoded }) => decodeWaveform(encoded),
})
