/** What a view asks for to take a conversation's history out of the messenger: part of engine-api.ts, in a file of its own for its length. */
import type { ChannelId, Seq } from '@reforms/protocol'
import type { TimelineItem } from './engine-api.ts'

/** So many items at once at most: a page is held as a whole on both sides. */
export const HISTORY_PAGE_MAX = 500

export interface HistoryItem {
  item: TimelineItem
  /** There are answers in its thread, whatever has become of the message itself. */
  hasThread?: true
  /** Of a message that has been edited: the texts that it has had, the first one first. */
  versions?: { text: string; at: number }[]
}

export interface HistoryPage {
  items: HistoryItem[]
  /** Where to go on: absent at the end. */
  next?: Seq
}

export interface HistoryIntents {
  /**
   * Fetches one page of what its user may read and this device does not have yet. `missing` counts what is still to come or, where
   * `more` is false, cannot be had now.
   */
  'history.fetch': {
    input: { channelId: ChannelId }
    output: { here: number; missing: number; more: boolean }
  }
  /** What stands in a channel after a place in its log, or in the thread of a root; oldest first. Nothing that waits to be sent. */
  'history.read': {
    input: { channelId: ChannelId; after: Seq; limit: number; thread?: Seq }
    output: HistoryPage
  }
}
