/** A search over the preview's conversations: one word, and filters that are shown and let everything through. */
import type { SearchFilter, SearchView, TimelineItem } from '@reforms/client'
import type { ChannelId } from '@reforms/protocol'
import { CONVERSATIONS } from './conversations.ts'

const FILTER = /\b(from|in|has|on|before|after):(?:"([^"]*)"|(\S+))/g

export function searchOf(typed: string, timelines: ReadonlyMap<ChannelId, TimelineItem[]>): SearchView {
  const filters = [...typed.matchAll(FILTER)].map((match): SearchFilter => {
    const [whole, kind, quoted, plain] = match
    const value = quoted ?? plain ?? ''
    const place = { start: match.index, end: match.index + whole.length }
    return { ...place, kind: kind as SearchFilter['kind'], value, label: value, known: value !== 'nobody' }
  })
  const word = typed.replace(FILTER, '').trim().toLowerCase()
  const asked = word !== '' || filters.length > 0
  const known = filters.every((filter) => filter.known)
  const results = asked && known ? CONVERSATIONS.flatMap(({ item }) => foundIn(item, timelines, word)) : []
  return {
    asked,
    filters,
    results: results.toSorted((a, b) => b.at - a.at).slice(0, 30),
    more: results.length > 30,
  }
}

function foundIn(
  item: (typeof CONVERSATIONS)[number]['item'],
  timelines: ReadonlyMap<ChannelId, TimelineItem[]>,
  word: string,
): SearchView['results'] {
  const { channelId, name: channelName, kind: channelKind } = item
  return (timelines.get(channelId) ?? []).flatMap((said) => {
    if (said.kind !== 'message' || said.seq === undefined) return []
    const at = said.text.toLowerCase().indexOf(word)
    if (at < 0 || said.text === '') return []
    const parts = [
      { text: said.text.slice(0, at) },
      { text: said.text.slice(at, at + word.length), found: true as const },
      { text: said.text.slice(at + word.length) },
    ].filter((part) => part.text !== '')
    const { seq, author, authorName } = said
    const files = said.files.map((file) => [{ text: file.name }])
    return {
      channelId,
      channelName,
      channelKind,
      seq,
      author,
      authorName,
      at: said.at,
      snippet: parts,
      files,
    }
  })
}
