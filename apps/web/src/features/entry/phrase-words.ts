/** What becomes of the twelve fields when something is typed or pasted into one of them. */
export const PHRASE_WORDS = 12

export function emptyWords(): string[] {
  return Array.from({ length: PHRASE_WORDS }, () => '')
}

/** A space moves on; several words spread over the following fields (all twelve begin at the first). */
export function placeWords(
  words: string[],
  place: number,
  value: string,
): { words: string[]; focus: number } {
  const typed = value
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean)
  const next = [...words]
  if (typed.length <= 1) {
    next[place] = typed[0] ?? ''
    return { words: next, focus: typed.length === 1 && /\s$/u.test(value) ? place + 1 : place }
  }
  const start = typed.length >= PHRASE_WORDS ? 0 : place
  typed.slice(0, PHRASE_WORDS - start).forEach((word, index) => (next[start + index] = word))
  return { words: next, focus: start + typed.length }
}
