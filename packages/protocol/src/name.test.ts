import naughty from 'big-list-of-naughty-strings/blns.json' with { type: 'json' }
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { cleanLines, cleanName } from './name.ts'
import { OPERATIONS } from './operations/index.ts'

/** What no clean name holds: it cannot be seen, or it turns what stands around it. */
const TURNING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '\u0301',
      '\u0958',
      '\u200d',
      '\u200c',
      '\ufe0f',
      '👩',
      '🏽',
      'ع',
      'क',
      '1',
      '\u20e3',
    ),
  }),
)

describe('NAME-1: a name is one line of what can be seen', () => {
  test.each([
    ['Ana Sousa', 'Ana Sousa'],
    ['  Ana \t\n Sousa ', 'Ana Sousa'],
    ['Ana\u200b Sousa\ufeff', 'Ana Sousa'],
    ['\u202eecilA', 'ecilA'],
    ['report\u202efdp.exe', 'reportfdp.exe'],
    ['report.pdf\0.exe', 'report.pdf .exe'],
    ['Ana\u2066\u2069\u200e\u200f\u061c', 'Ana'],
    ['Ana\u00adSousa', 'AnaSousa'],
    ['\u3164\u115f\u2800', ''],
    ['Ana\u{e0041}\u{e007f}', 'Ana'],
    ['A\u030a', 'Å'],
    ['half \ud800 of a pair', 'half of a pair'],
    [`Z${'\u0335'.repeat(60)}algo`, `Z${'\u0335'.repeat(4)}algo`],
  ])('%j', (text, clean) => {
    expect(cleanName(text)).toBe(clean)
  })

  test.each([
    'علی‌رضا',
    'क्‍ष',
    '👩‍👩‍👧',
    '❤️ Ward',
    '👩🏽‍⚕️',
    '1️⃣',
    'عائشة',
    'נועה',
    'Žofie',
    '李小龍',
    'D’Arcy-O’Neil',
  ])('%j stays as it is: a joiner between letters that join, or pictures, can be seen', (text) => {
    expect(cleanName(text)).toBe(text.normalize('NFC'))
  })

  test('whatever comes, cleaning it twice is cleaning it once, and nothing that turns or hides is left', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = cleanName(text)
        expect(cleanName(clean)).toBe(clean)
        expect(clean).not.toMatch(TURNING)
        expect(cleanLines(cleanLines(text))).toBe(cleanLines(text))
      }),
    )
  })

  test('of the naughty strings nothing that turns or hides is left', () => {
    for (const text of naughty) {
      expect(cleanName(text)).not.toMatch(TURNING)
      expect(cleanName(cleanName(text))).toBe(cleanName(text))
    }
  })
})

describe('NAME-2: where the server sees a name, what is not clean is refused', () => {
  const channel = { channelId: '00000000-0000-7000-8000-000000000000' }
  test.each([
    ['profile.update', 'displayName', {}],
    ['channel.update', 'name', channel],
    ['channel.update', 'topic', channel],
    ['settings.update', 'organisation', {}],
  ] as const)('%s: %s', (operation, field, rest) => {
    const accepts = (text: string) => Value.Check(OPERATIONS[operation].input, { ...rest, [field]: text })
    expect(accepts('Ward 3')).toBe(true)
    for (const text of ['Ward\u200b 3', 'Ward\u202e 3', ' Ward 3', 'Ward\u0000 3', 'Ward\t3'])
      expect(accepts(text), JSON.stringify(text)).toBe(false)
  })

  test('a topic may have several lines', () => {
    const accepts = (topic: string) => Value.Check(OPERATIONS['channel.update'].input, { ...channel, topic })
    expect(accepts('Handover\n\nat seven')).toBe(true)
    expect(accepts('Handover\r\nat seven')).toBe(false)
  })
})
