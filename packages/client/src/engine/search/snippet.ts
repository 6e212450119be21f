/** The part of a message that shows why it was found, with the words that were looked for. For the search view only. */
import type { SnippetPart } from '../../search-api.ts'
import type { Term } from './query.ts'
import { composed, piecesOf, type Piece } from './words.ts'

const SNIPPET_CHARACTERS = 180
/** What is shown before the first word that was found. */
const LEAD_CHARACTERS = 50

interface Span {
  start: number
  end: number
}

export function snippetOf(source: string, terms: readonly Term[]): SnippetPart[] {
  const text = composed(plain(source))
  const found = spansOf(text, terms)
  const [from, to] = windowOf(text, found[0])
  const parts = partsOf(text, found, [from, to])
  if (from > 0) parts.unshift({ text: '…' })
  if (to < text.length) parts.push({ text: '…' })
  return parts
}

/** One line, without the signs of Markdown. */
function plain(source: string): string {
  return source
    .replace(/^\s*(?:>|#{1,6}|[-*]) /gm, '')
    .replace(/\*\*|__|~~|`+/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Where the terms' words stand, in order, without overlaps. */
function spansOf(text: string, terms: readonly Term[]): Span[] {
  const spans = piecesOf(text).flatMap((piece) => spansIn(piece, terms))
  spans.sort((a, b) => a.start - b.start)
  return spans.reduce<Span[]>((joined, span) => {
    const last = joined.at(-1)
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else joined.push({ ...span })
    return joined
  }, [])
}

function spansIn(piece: Piece, terms: readonly Term[]): Span[] {
  return terms.flatMap((term) =>
    term.pieces.flatMap((wanted, index) => {
      if (wanted.kind !== piece.kind) return []
      if (piece.kind === 'run') return runsIn(piece, wanted)
      const [here, looked] = [piece.units[0], wanted.units[0]]
      if (!here || !looked) return []
      const goesOn = term.prefix && index === term.pieces.length - 1
      return here.text === looked.text || (goesOn && here.text.startsWith(looked.text)) ? [here] : []
    }),
  )
}

function runsIn({ units }: Piece, wanted: Piece): Span[] {
  const length = wanted.units.length
  return units.flatMap((first, at) => {
    const last = units[at + length - 1]
    const same = last && wanted.units.every(({ text }, offset) => units[at + offset]?.text === text)
    return same ? [{ start: first.start, end: last.end }] : []
  })
}

function windowOf(text: string, first: Span | undefined): [number, number] {
  if (text.length <= SNIPPET_CHARACTERS) return [0, text.length]
  const wanted = Math.max(
    0,
    Math.min((first?.start ?? 0) - LEAD_CHARACTERS, text.length - SNIPPET_CHARACTERS),
  )
  return [edgeOf(text, wanted), edgeOf(text, wanted + SNIPPET_CHARACTERS)]
}

/** After a space nearby, where there is one, and never inside of a character. */
function edgeOf(text: string, at: number): number {
  if (at <= 0 || at >= text.length) return Math.max(0, Math.min(at, text.length))
  const space = text.lastIndexOf(' ', at)
  if (at - space < 15) return space + 1
  return /[\udc00-\udfff\p{M}\u200d]/u.test(text[at] ?? '') ? edgeOf(text, at - 1) : at
}

function partsOf(text: string, spans: readonly Span[], [from, to]: [number, number]): SnippetPart[] {
  const parts: SnippetPart[] = []
  const add = (start: number, end: number, found: boolean) => {
    if (end > start) parts.push({ text: text.slice(start, end), ...(found ? { found } : {}) })
  }
  let at = from
  for (const { start, end } of spans) {
    if (end <= from || start >= to) continue
    add(at, Math.max(at, start), false)
    add(Math.max(from, start), Math.min(end, to), true)
    at = Math.min(end, to)
  }
  add(at, to, false)
  return parts
}
