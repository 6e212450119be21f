/** What a view can watch and ask for of what the user keeps for themself: part of engine-api.ts, in a file of its own for its length. */
import type { QuietHours, Status } from '@reforms/crypto'
import type { ChannelId, ChannelKind, ClientId, Seq, UserId } from '@reforms/protocol'

export interface ListSection {
  id: string
  name: string
}

/** How the user has arranged the list of conversations. */
export interface ListView {
  /** Of their own, in their order. */
  sections: ListSection[]
  sort: 'name' | 'activity'
  unreadOnly: boolean
  /** Sections that are folded: an own one's id, or the name of one that everybody has. */
  folded: string[]
}

/** What of an item of the channel list is the user's own doing. */
export interface Arranged {
  favourite?: true
  /** Counts and notifies only what names this user. */
  muted?: true
  /** Something was written there, or in one of its threads, and not sent yet. */
  draft?: true
  /** The own section that it is in. */
  section?: string
}

export type { QuietHours, Status }

/** What somebody lets others see of themself now. */
export interface Shown {
  status?: Status
  /** They are not to be disturbed until then. */
  quietUntil?: number
}

export interface OwnStatus extends Shown {
  /** It was turned on, and can be turned off. */
  endsByHand: boolean
  quietHours?: QuietHours
  /** Nobody is told what this user has read, nor they what others have. */
  hidesReading: boolean
  /** Whether the organisation wants anybody to be told. */
  receiptsOffered: boolean
}

export interface ReadersView {
  /** The other members of whom it is known up to where they have read. */
  readers: { userId: UserId; name: string; seq: Seq }[]
  /** How many others there are. */
  others: number
}

/** A message in a line, with where it stands. */
export interface PlacedMessage {
  channelId: ChannelId
  channelName: string
  channelKind: ChannelKind
  seq: Seq
  /** Whose thread it stands in, where the channel does not show it. */
  thread?: Seq
  /** Absent while it is not on this device. */
  said?: { author?: UserId; authorName: string; at: number; text: string }
}

export interface SavedItem extends PlacedMessage {
  savedAt: number
}

export interface ReminderItem extends PlacedMessage {
  remindAt: number
  due: boolean
}

/** A thread that this user is in: its root, and what was answered. */
export interface ThreadItem extends PlacedMessage {
  count: number
  /** Their names, who answered last first. */
  people: string[]
  lastAt: number
  unread: number
}

/** Something that calls on the user. Leads to its message; that of a reaction is the user's own. */
export interface InboxItem extends PlacedMessage {
  kind: 'mention' | 'everybody' | 'answer' | 'reply' | 'reaction' | 'invitation'
  /** The entries that it stands for, the newest first: they are marked together. */
  seqs: Seq[]
  /** Who calls, the last one first. */
  people: { userId: UserId; name: string }[]
  emoji?: string[]
  at: number
  /** When it comes back, or came back. */
  until?: number
}

/** A message that waits to be sent. */
export interface ScheduledItem {
  channelId: ChannelId
  channelName: string
  channelKind: ChannelKind
  clientId: ClientId
  answers?: { as: 'reply' | 'thread'; seq: Seq; inChannel?: boolean }
  at: number
  text: string
  /** Its time has come: a device sends it as soon as one can. */
  due?: true
  /** Why none can, in words. */
  problem?: string
}

/** What the user says of an item: that it is read, that it comes back at a time, or nothing any more. */
export interface InboxMark {
  channelId: ChannelId
  seqs: Seq[]
  read?: true
  until?: number
}

export interface PersonalQueries {
  list: { params: Record<string, never>; result: ListView }
  saved: { params: Record<string, never>; result: SavedItem[] }
  /** Of one channel: their seqs. */
  savedIn: { params: { channelId: ChannelId }; result: Seq[] }
  reminders: { params: Record<string, never>; result: ReminderItem[] }
  threads: { params: Record<string, never>; result: ThreadItem[] }
  inbox: { params: { show: 'new' | 'snoozed' | 'read' }; result: InboxItem[] }
  /** What is to be sent next, first. */
  scheduled: { params: Record<string, never>; result: ScheduledItem[] }
  /** How many lines of it are new. */
  inboxCount: { params: Record<string, never>; result: number }
  /** The words that wait to be sent, in a channel or one of its threads; empty where there are none. */
  draft: { params: { channelId: ChannelId; thread?: Seq }; result: string }
  ownStatus: { params: Record<string, never>; result: OwnStatus }
  /** Who has read what in a channel; undefined where nobody is told. */
  readers: { params: { channelId: ChannelId }; result: ReadersView | undefined }
}

export interface PersonalIntents {
  'list.show': { input: { sort?: ListView['sort']; unreadOnly?: boolean }; output: void }
  'list.fold': { input: { section: string; folded: boolean }; output: void }
  'list.favourite': { input: { channelId: ChannelId; on: boolean }; output: void }
  'list.mute': { input: { channelId: ChannelId; on: boolean }; output: void }
  /** Into an own section, or without one back to where it belongs; a favourite is one no more. */
  'list.move': { input: { channelId: ChannelId; section?: string }; output: void }
  'list.createSection': { input: { name: string }; output: { id: string } }
  /** Names it, or brings back one that was deleted: what was in it still is. */
  'list.nameSection': { input: { id: string; name: string }; output: void }
  /** To before another one, or to the end. */
  'list.moveSection': { input: { id: string; before?: string }; output: void }
  'list.deleteSection': { input: { id: string }; output: void }
  'draft.keep': { input: { channelId: ChannelId; thread?: Seq; text: string }; output: void }
  /** One for each message; without a time, none. */
  'reminder.set': { input: { channelId: ChannelId; seq: Seq; at?: number }; output: void }
  /** Without one, none. */
  'status.set': { input: { status?: Status }; output: void }
  /** Not to be disturbed until then; without a time, no more. */
  'quiet.set': { input: { until?: number }; output: void }
  /** Of every week; without, none. */
  'quiet.setHours': { input: { hours?: QuietHours }; output: void }
  'receipts.hide': { input: { hide: boolean }; output: void }
  'inbox.mark': { input: { items: InboxMark[] }; output: void }
  /** All that is new; `before` is what was said of it until then. */
  'inbox.readAll': { input: Record<string, never>; output: { before: InboxMark[] } }
  /** With a clientId, another text and time for one that waits. */
  'later.set': {
    input: {
      channelId: ChannelId
      clientId?: ClientId
      text: string
      at: number
      answers?: { as: 'reply' | 'thread'; seq: Seq; inChannel?: boolean }
    }
    output: { clientId: ClientId }
  }
  'later.sendNow': { input: { clientId: ClientId }; output: void }
  'later.delete': { input: { clientId: ClientId }; output: void }
  'saved.set': { input: { channelId: ChannelId; seq: Seq; on: boolean }; output: void }
}
