/** How strong a password is, in words. A hint while typing; the server decides. */
import { PASSWORD_MIN_CHARACTERS } from '@reforms/protocol/limits'
import { text } from '../../text/index.ts'

export interface Strength {
  level: 0 | 1 | 2 | 3 | 4
  words: string
}

const COMMON = [
  'password',
  'passwort',
  'qwerty',
  'qwertz',
  'letmein',
  'welcome',
  'iloveyou',
  'admin',
  '12345',
  'abc123',
]
const FAIR_BITS = 45
const GOOD_BITS = 60
const STRONG_BITS = 80

export function strengthOf(password: string, names: readonly string[]): Strength {
  const words = text.entry.strengthWords
  if (password === '') return { level: 0, words: '' }
  if (password.length < PASSWORD_MIN_CHARACTERS)
    return { level: 1, words: words.short(PASSWORD_MIN_CHARACTERS) }
  const bits = bitsOf(withoutGuessable(password, names))
  if (bits < FAIR_BITS) return { level: 1, words: words.common }
  if (bits < GOOD_BITS) return { level: 2, words: words.fair }
  return bits < STRONG_BITS ? { level: 3, words: words.good } : { level: 4, words: words.strong }
}

/** What is left once the parts that are tried first are each worth one character only. */
function withoutGuessable(password: string, names: readonly string[]): string {
  const parts = [...COMMON, ...names.map((name) => name.toLowerCase()).filter((name) => name.length > 2)]
  const shortened = parts.reduce((rest, part) => rest.replaceAll(part, '*'), password.toLowerCase())
  return shortened.replace(/(.)\1{2,}/gu, '$1$1').replace(/(?:0123|1234|2345|3456|4567|5678|6789)+/g, '*')
}

function bitsOf(password: string): number {
  const different = new Set(password).size
  const perCharacter = Math.log2(Math.max(2, different)) + (/[^a-z]/.test(password) ? 1 : 0.6)
  return password.length * Math.min(perCharacter, 4.7)
}
