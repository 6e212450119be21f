/** Initials and colour of somebody without a picture. */
const TINTS = 8

/** One or two letters: the first of the first word and of the last. Works on graphemes, so that no letter is cut. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const first = firstLetter(words[0] ?? '')
  const last = words.length > 1 ? firstLetter(words.at(-1) ?? '') : ''
  return (first + last).toLocaleUpperCase()
}

function firstLetter(word: string): string {
  const bare = word.replace(/^[^\p{L}\p{N}]+/u, '') || word
  return Array.from(bare)[0] ?? ''
}

/** A tint's number from the hex of an identity key's first bytes. */
export function tintOf(seed: string): number {
  const number = Number.parseInt(seed.slice(0, 6), 16)
  if (Number.isFinite(number)) return number % TINTS
  return Array.from(seed).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % TINTS
}
