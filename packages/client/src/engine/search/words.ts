/**
 * A text as the words that search finds it by. Scripts with spaces: the words. Scripts without (Chinese, Japanese, Korean, Thai, Lao,
 * Khmer, Burmese, Tibetan): each two characters that follow each other, since no dictionary is the same in two browsers, and the last one alone,
 * so that every character begins a word. FTS5's own tokenisers would miss 東京 inside a sentence. For search only.
 */
import { fold } from './folding.ts'

/** What is compared as one, and where it stands in the text. */
interface Unit {
  text: string
  start: number
  end: number
}

export interface Piece {
  kind: 'word' | 'run' | 'picture'
  /** One, but for a run: there, its characters. */
  units: Unit[]
}

const UNSPACED = ['Han', 'Hira', 'Kana', 'Hang', 'Thai', 'Laoo', 'Khmr', 'Mymr', 'Tibt']
  .map((script) => `\\p{scx=${script}}`)
  .join('')
const RUN = `(?:(?=[\\p{L}\\p{M}\\p{N}])[${UNSPACED}])+`
const WORD = `(?:(?![${UNSPACED}])[\\p{L}\\p{N}][\\p{M}\\u200c\\u200d\\u00ad]*)+`
const PIECE = new RegExp(`(${RUN})|(${WORD})|\\p{Extended_Pictographic}`, 'gu')
/** A character of a run, with the mark that makes か to が where that stands apart. */
const CHARACTER = /[^\u3099\u309a\uff9e\uff9f][\u3099\u309a\uff9e\uff9f]?|[^]/gu

/** Longer words are compared by their beginning: keys, hashes, endless laughter. */
const WORD_MAX_CHARACTERS = 40

/** As the text is compared and shown: positions are meant in this form. */
export function composed(text: string): string {
  return text.normalize('NFC')
}

/** The pieces of a composed text, in order. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  for (const match of text.matchAll(PIECE)) {
    const piece = pieceOf(match)
    if (piece.units.length > 0) pieces.push(piece)
  }
  return pieces
}

function pieceOf({ 0: found, 1: run, 2: word, index }: RegExpExecArray): Piece {
  if (run !== undefined) return { kind: 'run', units: unitsOfRun(run, index) }
  const kind = word === undefined ? 'picture' : 'word'
  const text = fold(found).slice(0, WORD_MAX_CHARACTERS)
  return { kind, units: text === '' ? [] : [{ text, start: index, end: index + found.length }] }
}

function unitsOfRun(run: string, offset: number): Unit[] {
  return [...run.matchAll(CHARACTER)].flatMap(({ 0: character, index }) => {
    const start = offset + index
    const end = start + character.length
    return [...fold(character)].map((text) => ({ text, start, end }))
  })
}

/** A piece as it is indexed. With `open`, what follows the piece does not matter, and a run's last character is not told. */
export function wordsOfPiece({ kind, units }: Piece, open = false): string[] {
  if (kind !== 'run') return units.map(({ text }) => text)
  const pairs = units.slice(0, -1).map(({ text }, index) => text + (units[index + 1]?.text ?? ''))
  const last = units.at(-1)?.text ?? ''
  return open && pairs.length > 0 ? pairs : [...pairs, last]
}

/** All words of a text, as the index holds them: separated by spaces. */
export function indexedWords(text: string): string {
  return piecesOf(composed(text))
    .flatMap((piece) => wordsOfPiece(piece))
    .join(' ')
}
