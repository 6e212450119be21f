/** What counts as a reaction: one emoji, whatever it is made of, or the name of one of the organisation's own. SPEC.md, REL-2, EMO-3. */
import { limits } from '@reforms/protocol'

const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3/u
/** Nothing but what emoji are made of: no letters, and no marks over it. */
const PARTS = /^[\p{Extended_Pictographic}\p{Emoji_Component}\uFE0E]+$/u
/** The longest that there are, two people of different skins who kiss, have 15. */
const MAX_CODE_UNITS = 24
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const NAME = new RegExp(limits.EMOJI_NAME_PATTERN)

export function isReaction(sign: string): boolean {
  return isEmoji(sign) || (/^:.*:$/.test(sign) && NAME.test(sign.slice(1, -1)))
}

function isEmoji(sign: string): boolean {
  const isOfParts = sign.length <= MAX_CODE_UNITS && PARTS.test(sign)
  return isOfParts && PICTURE.test(sign) && [...graphemes.segment(sign)].length === 1
}
