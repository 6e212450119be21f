/**
 * A language that nobody speaks, to see what another one would do to the screens: English from right to left, with every vowel twice,
 * since other languages need more room. For who develops and for tests, by `?lang=ar-XB` in the address.
 */
const PSEUDO = 'ar-XB'
const RIGHT_TO_LEFT = '\u202e'
const END = '\u202c'

export function isPseudo(search: string | undefined): boolean {
  return new URLSearchParams(search).get('lang') === PSEUDO
}

export function pseudoWords(words: string): string {
  return words.replace(/\S+/gu, (word) => RIGHT_TO_LEFT + word.replace(/[aeiou]/gi, '$&$&') + END)
}

/** A catalogue in the pseudo-language: of the same form, with functions that answer in it. */
export function pseudo<T>(texts: T): T {
  return translated(texts) as T
}

function translated(texts: unknown): unknown {
  if (typeof texts === 'string') return pseudoWords(texts)
  if (typeof texts === 'function') return (...given: unknown[]) => translated(texts(...given))
  if (Array.isArray(texts)) return texts.map(translated)
  if (typeof texts !== 'object' || texts === null) return texts
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, translated(text)]))
}

/** Before the first screen is drawn. */
export function turnPage(search: string): void {
  if (isPseudo(search)) Object.assign(document.documentElement, { lang: PSEUDO, dir: 'rtl' })
}
