/** What a view gets of the search: part of engine-api.ts, in a file of its own for its length. */
import type { ChannelId, ChannelKind, Seq, UserId } from '@reforms/protocol'

/** A piece of a text, with what was looked for marked. */
export interface SnippetPart {
  text: string
  found?: true
}

export interface SearchFilter {
  kind: 'from' | 'in' | 'thread' | 'has' | 'before' | 'after' | 'on'
  /** Where it stands in what was typed. */
  start: number
  end: number
  value: string
  /** What it names: a person's or a channel's name. */
  label: string
  /** False where it names nothing that there is: then nothing is found. */
  known: boolean
}

export interface SearchResult {
  channelId: ChannelId
  channelName: string
  channelKind: ChannelKind
  seq: Seq
  /** Whose thread it stands in, where the channel does not show it. */
  thread?: Seq
  author: UserId
  authorName: string
  at: number
  snippet: SnippetPart[]
  /** Their names. */
  files: SnippetPart[][]
}

export interface SearchView {
  /** False while nothing has been typed that could be looked for. */
  asked: boolean
  filters: SearchFilter[]
  /** Newest first. */
  results: SearchResult[]
  /** There are older ones: raise the limit. */
  more: boolean
}

/** How much of this user's messages can be found on this device. */
export interface SearchIndex {
  done: number
  of: number
  /** Whether older history is fetched for it in the background. */
  fetches: boolean
}
