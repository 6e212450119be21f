/** What a search finds, made from the index and the messages themselves. */
import { knownContent } from '@reforms/crypto'
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Params } from '../../engine-api.ts'
import type { SearchFilter, SearchResult, SearchView } from '../../search-api.ts'
import type { Context } from '../context.ts'
import { findableText } from '../channel/findable.ts'
import { filesOf, saidOf } from '../channel/said.ts'
import { shownFileName } from '../file-name.ts'
import { fold } from '../search/folding.ts'
import { matchOfTerm, parseQuery, type Filter, type SearchQuery } from '../search/query.ts'
import { snippetOf } from '../search/snippet.ts'
import { readChannel, readChannels } from '../tables/channels.ts'
import { readEntry } from '../tables/entries.ts'
import { readPeople } from '../tables/people.ts'
import { readPlace } from '../tables/relations.ts'
import { findRows, firstRowAt, markOf } from '../tables/search.ts'
import { nameOf } from './channels.ts'
import { personName } from './names.ts'

const RESULTS_MAX = 1000

/** A filter with what it lets through: one of these marks, or these times. */
interface Resolved {
  shown: SearchFilter
  marks?: string[]
  times?: { from?: number; to?: number }
}

export function searchView(context: Context, params: Params<'search'>): SearchView {
  const query = parseQuery(params.text, context.now())
  const filters = query.filters.map((filter) => resolve(context, filter))
  const shown = filters.map((filter) => filter.shown)
  const nothing = { filters: shown, results: [], more: false }
  if (query.terms.length === 0 && filters.length === 0) return { ...nothing, asked: false }
  if (shown.some(({ known }) => !known)) return { ...nothing, asked: true }
  const limit = Math.min(params.limit, RESULTS_MAX)
  const rows = findRows(context.database, {
    match: matchOf(query, filters),
    from: Math.max(0, ...filters.map(({ times }) => firstRowAt(times?.from ?? 0))),
    before: Math.min(
      ...filters.map(({ times }) => firstRowAt(times?.to ?? Infinity)),
      Number.MAX_SAFE_INTEGER,
    ),
    limit: limit + 1,
  })
  const results = rows
    .slice(0, limit)
    .flatMap(({ channelId, seq }) => resultOf(context, channelId, seq, query) ?? [])
  return { filters: shown, results, more: rows.length > limit, asked: true }
}

/** Undefined with nothing but times to go by. */
function matchOf(query: SearchQuery, filters: readonly Resolved[]): string | undefined {
  const terms = query.terms.map(matchOfTerm)
  const marks = filters.flatMap((filter) => (filter.marks ? [`marks : (${filter.marks.join(' OR ')})`] : []))
  const all = [...terms, ...marks]
  return all.length > 0 ? all.map((each) => `(${each})`).join(' AND ') : undefined
}

function resolve(context: Context, filter: Filter): Resolved {
  const { start, end, value } = filter
  const shown = (label: string, known: boolean): SearchFilter => ({
    kind: filter.kind,
    start,
    end,
    value,
    label,
    known,
  })
  switch (filter.kind) {
    case 'from': {
      const found = peopleNamed(context, value)
      const [only, second] = found
      const label = only && !second ? personName(context, only) : value
      return { shown: shown(label, found.length > 0), marks: found.map(markOf.author) }
    }
    case 'in': {
      const found = channelsNamed(context, value)
      return {
        shown: shown(found[0]?.name ?? value, found.length > 0),
        marks: found.map(({ channelId }) => markOf.channel(channelId)),
      }
    }
    case 'thread':
      return { shown: shown(value, true), marks: [markOf.thread] }
    case 'has':
      return filter.has
        ? { shown: shown(filter.has, true), marks: [markOf.has(filter.has)] }
        : { shown: shown(value, false) }
    case 'before':
    case 'after':
    case 'on':
      return {
        shown: shown(value, filter.times !== undefined),
        ...(filter.times ? { times: filter.times } : {}),
      }
  }
}

/** By the name to sign in with, or by the name that is shown; where nobody is called so, whose names begin so. */
function peopleNamed(context: Context, value: string): UserId[] {
  const wanted = fold(value)
  const me = context.me
  if (me && wanted === 'me') return [me.userId]
  const people = readPeople(context.database)
  const exact = people.filter(({ userName, displayName }) =>
    [userName, displayName].some((name) => fold(name) === wanted),
  )
  const found =
    exact.length > 0 || wanted === ''
      ? exact
      : people.filter(({ displayName }) => fold(displayName).startsWith(wanted))
  return found.map(({ userId }) => userId)
}

function channelsNamed(context: Context, value: string): { channelId: ChannelId; name: string }[] {
  const wanted = fold(value)
  const named = readChannels(context.database)
    .filter(({ place }) => place !== 'none' && place !== 'leaving')
    .map((row) => ({ channelId: row.channelId, name: nameOf(context, row) }))
  const exact = named.filter(({ name }) => fold(name) === wanted)
  return exact.length > 0 || wanted === '' ? exact : named.filter(({ name }) => fold(name).startsWith(wanted))
}

function resultOf(
  context: Context,
  channelId: ChannelId,
  seq: number,
  { terms }: SearchQuery,
): SearchResult | undefined {
  const entry = readEntry(context.database, channelId, seq)
  const row = readChannel(context.database, channelId)
  const content = entry?.content ? knownContent(entry.content) : undefined
  const said = saidOf(content)
  if (!entry?.senderUser || !row || !said) return undefined
  const thread = readPlace(context.database, entry) === 'thread' ? entry.relatesTo : undefined
  return {
    channelId,
    channelName: nameOf(context, row),
    channelKind: row.kind,
    seq,
    author: entry.senderUser,
    authorName: personName(context, entry.senderUser),
    at: entry.at,
    ...(thread === undefined ? {} : { thread }),
    snippet: snippetOf(findableText(context, entry, said), terms),
    files: filesOf(said).map(({ name }) => snippetOf(shownFileName(name), terms)),
  }
}
