/** How what is typed into the search field can go on: the filters that there are, and the names and words that each takes. */
import type { ChannelItem, Person } from '@reforms/client'
import { text } from '../../text/index.ts'

export interface Suggestion {
  /** What it adds, as it is typed. */
  words: string
  explanation: string
  /** The whole field, once it is taken. */
  typed: string
}

const FILTERS = ['from', 'in', 'has', 'on', 'before', 'after'] as const
type FilterName = (typeof FILTERS)[number]
/** What `in:` takes besides the names of conversations. */
const IN_THREAD = 'thread'
const DAYS = ['today', 'yesterday']
const SUGGESTIONS_MAX = 6
/** The last part of what is typed, as far as it has a name before it. */
const LAST = /(?:^|\s)(?:(from|in|has|on|before|after):)?("[^"]*|[^\s"]*)$/i

export function suggestionsFor(
  typed: string,
  { people, channels }: { people: readonly Person[]; channels: readonly ChannelItem[] },
): Suggestion[] {
  const [, key, open = ''] = LAST.exec(typed) ?? []
  const begun = open.replace(/^"/, '').toLowerCase()
  const before = typed.slice(0, typed.length - open.length)
  if (key === undefined) return begun === '' && typed !== '' ? [] : filtersFor(typed, begun)
  return valuesOf(key.toLowerCase() as FilterName, people, channels)
    .filter(({ words, explanation }) => begins(words, begun) || begins(explanation, begun))
    .filter(({ words }) => words.toLowerCase() !== begun)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ words, explanation }) => ({ words, explanation, typed: `${before}${quoted(words)} ` }))
}

/** All of them in an empty field; then those that begin as the last word does. */
function filtersFor(typed: string, begun: string): Suggestion[] {
  const before = typed.slice(0, typed.length - begun.length)
  const inThread = `in:${IN_THREAD}`
  return [
    ...FILTERS.map((name) => ({
      words: `${name}:`,
      explanation: text.search.narrowBy[name],
      typed: `${before}${name}:`,
    })),
    { words: inThread, explanation: text.search.inThread, typed: `${before}${inThread} ` },
  ].filter(({ words }) => words.startsWith(begun) && (begun === '' || begun.length > 1))
}

function valuesOf(
  key: FilterName,
  people: readonly Person[],
  channels: readonly ChannelItem[],
): { words: string; explanation: string }[] {
  switch (key) {
    case 'from':
      return people.map(({ userName, displayName }) => ({ words: userName, explanation: displayName }))
    case 'in':
      return [
        { words: IN_THREAD, explanation: text.search.inThread },
        ...[...channels]
          .sort((a, b) => b.lastAt - a.lastAt)
          .map(({ name, topic }) => ({ words: isTaken(name) ? `"${name}"` : name, explanation: topic })),
      ]
    case 'has':
      return Object.entries(text.search.has).map(([words, explanation]) => ({ words, explanation }))
    default:
      return DAYS.map((words) => ({ words, explanation: '' }))
  }
}

/** At its beginning, or at that of a later word of it. */
function begins(name: string, begun: string): boolean {
  const folded = name.toLowerCase()
  return folded.startsWith(begun) || folded.includes(` ${begun}`)
}

/** A conversation that is called so is named in quotation marks. */
function isTaken(name: string): boolean {
  return /^threads?$/i.test(name)
}

function quoted(words: string): string {
  return /\s/.test(words) ? `"${words}"` : words
}
