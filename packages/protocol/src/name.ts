/**
 * What a name may hold: people, devices, channels, files, the organisation. SPEC.md, section "Names" (NAME-*). The server
 * refuses what is not clean where it sees it; clients clean what they show, since most names the server cannot see.
 */

/** More marks over one letter than any language writes only cover the lines above. */
const MARKS_MAX = 4
const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${MARKS_MAX}})\\p{M}+`, 'gu')
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
const HALF_PAIRS = /\p{Surrogate}/gu

/** Their letters change shape by a joiner between them: there, and in emoji, what has no width of its own can be seen. */
const SCRIPTS = [
  'Arabic',
  'Syriac',
  'Nko',
  'Mongolian',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Khmer',
]
const LETTER = `[${SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`
const PICTURE = '\\p{Extended_Pictographic}\\p{Emoji_Modifier}?\\ufe0f?'
const SEEN = [
  `${PICTURE}(?:\\u200d${PICTURE})*`,
  '[0-9#*]\\ufe0f\\u20e3',
  `${LETTER}\\p{M}*[\\u200c\\u200d](?=${LETTER})`,
]
/** Overrides and marks of direction, spaces without width, soft hyphens, fillers, tags, variation selectors. */
const UNSEEN = '[\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u2800\\ufffc]'
const SEEN_OR_UNSEEN = new RegExp(`(${SEEN.join('|')})|${UNSEEN}`, 'gu')

/** One line without anything that cannot be seen or that changes what stands around it; cleaning it again changes nothing. */
export function cleanName(text: string): string {
  return text
    .replace(HALF_PAIRS, '')
    .normalize('NFC')
    .replace(CONTROLS, ' ')
    .replace(SEEN_OR_UNSEEN, (_whole, seen?: string) => seen ?? '')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(TOO_MANY_MARKS, '$1')
    .normalize('NFC')
}

/** The same for what may have several lines, such as what a channel is about. */
export function cleanLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map(cleanName)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '')
}
