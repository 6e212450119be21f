/** What was found, newest first, under the days on which it was said. Each leads to its place in the conversation. */
import type { SearchFilter, SearchResult, SearchView, SnippetPart } from '@reforms/client'
import { Paperclip, SearchX } from 'lucide-react'
import { hashOf, type Route } from '../../route/route.ts'
import { text } from '../../text/index.ts'
import { Button } from '../../ui/Button.tsx'
import { dateAndTimeOf, dayKeyOf, dayOf, timeOf } from '../../ui/clock.ts'
import { Empty } from '../../ui/Empty.tsx'
import { ChannelGlyph } from '../channels/ChannelGlyph.tsx'

export function Results({ view, onMore }: { view: SearchView; onMore: () => void }) {
  const { results, more, filters } = view
  return (
    <section className="search-results" aria-label={text.search.results}>
      <p className="search-count muted small" role="status">
        {results.length > 0 ? text.search.resultCount(results.length, more) : ''}
      </p>
      {results.length === 0 && <None filters={filters} />}
      {daysOf(results).map((day) => (
        <section key={day.key} aria-label={day.name}>
          <h2 className="search-day">{day.name}</h2>
          <ul>
            {day.results.map((result) => (
              <li key={`${result.channelId} ${result.seq}`}>
                <Result result={result} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {more && (
        <div className="search-more">
          <Button size="small" onClick={onMore}>
            {text.search.older}
          </Button>
        </div>
      )}
    </section>
  )
}

function daysOf(results: readonly SearchResult[]): { key: string; name: string; results: SearchResult[] }[] {
  const days: { key: string; name: string; results: SearchResult[] }[] = []
  for (const result of results) {
    const key = dayKeyOf(result.at)
    const last = days.at(-1)
    if (last?.key === key) last.results.push(result)
    else days.push({ key, name: dayOf(result.at, Date.now()), results: [result] })
  }
  return days
}

function Result({ result }: { result: SearchResult }) {
  const { channelKind, channelName, at, authorName, snippet, files } = result
  return (
    <a className="search-result" data-search-stop href={hashOf(placeOf(result))}>
      <span className="search-where muted small">
        <ChannelGlyph kind={channelKind} />
        <bdi className="truncate grow">{channelName}</bdi>
        <time className="tabular" dateTime={new Date(at).toISOString()} title={dateAndTimeOf(at)}>
          {timeOf(at)}
        </time>
      </span>
      <bdi className="search-author truncate">{authorName}</bdi>
      {snippet.length > 0 && (
        <span className="search-snippet" dir="auto">
          <Marked parts={snippet} />
        </span>
      )}
      {files.map((name, index) => (
        <span key={index} className="search-file muted small">
          <Paperclip size={16} aria-hidden="true" />
          <bdi className="truncate">
            <Marked parts={name} />
          </bdi>
        </span>
      ))}
    </a>
  )
}

/** An answer that stands only in a thread is read there. */
function placeOf({ channelId, seq, thread }: SearchResult): Route {
  if (thread === undefined) return { place: 'channel', channelId, seq }
  return { place: 'channel', channelId, pane: 'thread', root: thread }
}

function Marked({ parts }: { parts: SnippetPart[] }) {
  return parts.map((part, index) =>
    part.found ? (
      <mark key={index} className="search-found">
        {part.text}
      </mark>
    ) : (
      <span key={index}>{part.text}</span>
    ),
  )
}

function None({ filters }: { filters: readonly SearchFilter[] }) {
  const unknown = filters.find(({ known }) => !known)
  const lead = filters.length > 0 ? text.search.noneFiltered : text.search.noneLead
  return (
    <Empty icon={<SearchX size={20} />} title={text.search.none}>
      {unknown ? whyUnknown(unknown) : lead}
    </Empty>
  )
}

function whyUnknown({ kind, value }: SearchFilter): string {
  switch (kind) {
    case 'from':
      return text.search.nobody(value)
    case 'in':
      return text.search.noChannel(value)
    case 'has':
      return text.search.noKind(value)
    default:
      return text.search.noDate(value)
  }
}
