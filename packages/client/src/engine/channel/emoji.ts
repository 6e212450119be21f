/** What counts as a reaction: one emoji, whatever it is made of. SPEC.md, REL-2. */
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3/u
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

export function isEmoji(sign: string): boolean {
  return PICTURE.test(sign) && [...graphemes.segment(sign)].length === 1
}
