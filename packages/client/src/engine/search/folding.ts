/**
 * Letters as search compares them: without case, without the marks that people leave out when they type, one form for what is
 * written in several. For words.ts only.
 */

/**
 * Marks above and below letters of Latin, Greek and Cyrillic; the points of Hebrew and Arabic, and the Arabic stretch. Vowel signs of
 * Indic and South-East Asian scripts and the voiced marks of kana are letters to whoever reads them, so they stay.
 */
const MARKS =
  // eslint-disable-next-line no-misleading-character-class -- ranges of marks, not letters with their marks
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\p{Cf}]/gu

/** Letters that Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
  ى: 'ي',
  ی: 'ي',
  ة: 'ه',
  ک: 'ك',
}
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu')

const NO_LETTER = /[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}]/gu
const ASCII = /^[a-z0-9]*$/

export function fold(word: string): string {
  const lower = word.toLowerCase()
  if (ASCII.test(lower)) return lower
  return word
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .replace(/\p{Nd}/gu, westernDigit)
    .normalize('NFKC')
    .replace(NO_LETTER, '')
}

const DIGIT = /\p{Nd}/u

/** Unicode's decimal digits stand in tens, from zero to nine. */
function westernDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  if (code < 0x80) return digit
  let before = 0
  while (before < 9 && DIGIT.test(String.fromCodePoint(code - before - 1))) before += 1
  return String(before)
}
