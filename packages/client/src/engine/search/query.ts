/**
 * What somebody typed into the search field, read as words and filters. Pure, and total: every text is some query. For search only.
 */
import { dayRange } from './day-range.ts'
import { composed, piecesOf, wordsOfPiece, type Piece } from './words.ts'

/** Words that stand together: one word as it was typed, or what stood between quotation marks. */
export interface Term {
  pieces: Piece[]
  /** The last word may go on. */
  prefix: boolean
}

export const HAS_KINDS = ['file', 'image', 'link'] as const
export type Has = (typeof HAS_KINDS)[number]

export type Filter = {
  /** Where it stands in what was typed. */
  start: number
  end: number
  value: string
} & (
  | { kind: 'from' | 'in' }
  /** Answers in threads, whichever the thread. */
  | { kind: 'thread' }
  | { kind: 'has'; has: Has | undefined }
  /** The times that it lets through, in milliseconds; undefined where the date is none. */
  | { kind: 'before' | 'after' | 'on'; times: { from?: number; to?: number } | undefined }
)

export interface SearchQuery {
  terms: Term[]
  filters: Filter[]
}

/** What is typed beyond this is not read. */
export const QUERY_MAX_CHARACTERS = 500
const TERMS_MAX = 20

/** What `in:` takes besides names of channels; a channel that is called so is named in quotation marks. */
const IN_THREAD = /^threads?$/i

const PART = /(?:(from|in|has|before|after|on):)?(?:"([^"]*)"?|([^\s"]+))/giu

export function parseQuery(typed: string, now: number): SearchQuery {
  const query: SearchQuery = { terms: [], filters: [] }
  for (const match of typed.slice(0, QUERY_MAX_CHARACTERS).matchAll(PART)) {
    const [whole, key, quoted, plain] = match
    const value = quoted ?? plain ?? ''
    const place = { start: match.index, end: match.index + whole.length, value }
    const filter = key === undefined ? undefined : filterOf(keyOf(key, plain), place, now)
    if (filter) query.filters.push(filter)
    else if (query.terms.length < TERMS_MAX) query.terms.push(...termOf(value, quoted !== undefined))
  }
  return query
}

function keyOf(key: string, plain: string | undefined): string {
  const isThread = key.toLowerCase() === 'in' && plain !== undefined && IN_THREAD.test(plain)
  return isThread ? 'thread' : key.toLowerCase()
}

function filterOf(
  key: string,
  place: { start: number; end: number; value: string },
  now: number,
): Filter | undefined {
  const value = place.value.toLowerCase()
  switch (key) {
    case 'from':
    case 'in':
      return { ...place, kind: key, value: place.value.replace(/^[@#]/, '') }
    case 'thread':
      return { ...place, kind: 'thread' }
    case 'has':
      return { ...place, kind: key, has: HAS_KINDS.find((each) => value === each || value === `${each}s`) }
    case 'before':
    case 'after':
    case 'on':
      return { ...place, kind: key, times: timesOf(key, dayRange(value, now)) }
    default:
      return undefined
  }
}

function timesOf(
  key: 'before' | 'after' | 'on',
  days: { from: number; to: number } | undefined,
): { from?: number; to?: number } | undefined {
  if (!days || key === 'on') return days
  return key === 'before' ? { to: days.from } : { from: days.to }
}

/** None where nothing of it can be found, such as a full stop. */
function termOf(value: string, quoted: boolean): Term[] {
  const pieces = piecesOf(composed(value))
  if (pieces.length === 0) return []
  return [{ pieces, prefix: !quoted && mayGoOn(pieces.at(-1)) }]
}

/** One letter alone would find half of everything. */
function mayGoOn(last: Piece | undefined): boolean {
  return last?.kind === 'word' && [...(last.units[0]?.text ?? '')].length > 1
}

/** A term in FTS5's language. Every word stands in quotation marks, so nothing that is typed is read as an operator. */
export function matchOfTerm({ pieces, prefix }: Term): string {
  const words = pieces.flatMap((piece, index) => wordsOfPiece(piece, index === pieces.length - 1))
  const last = pieces.at(-1)
  // Every character of a run begins a word, so one alone is found by the words that it begins.
  const goesOn = prefix || (last?.kind === 'run' && last.units.length === 1)
  return `words : ${quote(words.join(' '))}${goesOn ? ' *' : ''}`
}

export function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
