/**
 * What a view knows of the engine: it watches queries and gets immutable snapshots, and it sends intents. The engine may run
 * in this thread, in a worker, or in another tab's worker; the views cannot tell. All of it is structured-cloneable.
 * Over 500 lines, since it is one list of all queries and one of all intents: whoever adds a view looks in one place.
 */
import type {
  ChannelId,
  ChannelKind,
  ClientId,
  DeviceId,
  ErrorCode,
  HistoryRule,
  NamedEmoji,
  Writers,
  Presence,
  Role,
  Seq,
  UserId,
} from '@reforms/protocol'
import type { AdministrationIntents, TeamView } from './administration-api.ts'
import type { HistoryIntents } from './history-api.ts'
import type { InviteLinkIntents } from './invite-link-api.ts'
import type { Arranged, PersonalIntents, PersonalQueries, Shown } from './personal-api.ts'
import type { SearchIndex, SearchView } from './search-api.ts'

/** Where the user stands on the way in. Views show one screen for each. */
export type SessionState =
  | { state: 'starting' }
  /** `keys-lost`: this browser was a device, and what it kept of it is gone. */
  | { state: 'signed-out'; reason?: 'ended' | 'removed' | 'inactive' | 'keys-lost' }
  /** Signed in by password, but this browser is not one of the user's devices yet. */
  | { state: 'unbound'; me: Me; reset?: { requested: boolean; at?: number; ready: boolean } }
  /** With `reset` while somebody asks for a new identity: any device that is in can stop it until then (ID-8). */
  | { state: 'ready'; me: Me; deviceId: DeviceId; reset?: { requestedAt: number; at?: number } }

export interface Me {
  userId: UserId
  userName: string
  displayName: string
  role: Role
}

export interface Connection {
  state: 'connecting' | 'online' | 'offline'
  /** When the next attempt is made, in milliseconds since 1970, while offline. */
  retryAt?: number
  /** Messages that wait in the outbox. */
  waiting: number
  /** Background work with numbers, such as joining channels on a new device. */
  progress?: { what: 'restoring' | 'joining' | 'catching-up'; done: number; of: number }
  /** Keys that the server shows are not what they should be, in words. */
  warnings?: readonly string[]
}

export interface ChannelItem extends Arranged {
  channelId: ChannelId
  kind: ChannelKind
  /** For direct channels, the other people's names. Never empty. */
  name: string
  topic: string
  archived: boolean
  unread: number
  /** Unread entries that name this user, or anything unread in a direct channel. */
  mentions: number
  /** Threads that this user is in, with answers that they have not read. */
  threads?: Seq[]
  lastAt: number
  /** The newest message of a direct channel. */
  preview?: { author: string; text: string }
  place: 'member' | 'joining' | 'leaving'
  /** The other people of a direct channel. */
  people: UserId[]
  /** What the only other person of a direct channel shows. */
  shows?: Shown
}

export interface Person {
  userId: UserId
  userName: string
  displayName: string
  role: Role
  active: boolean
  /** Hex of the identity key's first bytes: seeds the colour of the initials. */
  colourSeed: string
  presence: Presence
  /** Absent where it is nothing. */
  shows?: Shown
}

export interface Member extends Person {
  moderator: boolean
  devices: { deviceId: DeviceId; name: string }[]
  /** Differs from `in` while a change is under way. */
  standing: 'in' | 'joining' | 'leaving'
}

export interface ChannelView {
  channelId: ChannelId
  kind: ChannelKind
  name: string
  topic: string
  archived: boolean
  history: HistoryRule
  place: 'member' | 'joining' | 'leaving' | 'none'
  /** A direct channel that the others have left for good: nobody would read what is written here. */
  ended?: true
  /** What it is for, at length, as moderators say. */
  description: string
  /** `moderators`: others react, and answer in threads. */
  writers: Writers
  /** Days after which messages are erased; 0: they are kept. */
  retentionDays: number
  iAmModerator: boolean
  /** The policy names this user, who may change it: administrators moderate public channels otherwise. */
  namedModerator: boolean
  /** This user is a guest, and invites nobody (GUEST-1). */
  iAmGuest?: true
  /** What was said before this user came in is not theirs to read. */
  beganBefore?: true
  /** A change of the policy is on its way. */
  policyChanging?: true
  members: Member[]
  /** Something is wrong that people should know of, in words. */
  warnings: string[]
  typing: UserId[]
}

export interface FileView {
  blobId: string
  name: string
  mediaType: string
  size: number
  width?: number
  height?: number
  /** A small picture of it, as base64. */
  thumbnail?: string
  /** Of a voice message. */
  waveform?: WaveformView
}

export interface WaveformView {
  durationMs: number
  /** How loud it is, from 0 to 255, in as many equal parts. */
  levels: number[]
}

/** A message's files on their way up, all together, in bytes. */
export interface TransferView {
  /** `preparing`: they are encrypted into this device's own storage; until then the page must stay open. */
  state: 'preparing' | 'waiting' | 'uploading' | 'paused'
  done: number
  of: number
}

export type TimelineItem =
  | {
      kind: 'message'
      /** Stable across sending, so that a list key never changes. */
      key: string
      /** Absent while it waits in the outbox. */
      seq?: Seq
      author: UserId
      authorName: string
      mine: boolean
      at: number
      text: string
      files: FileView[]
      state: 'waiting' | 'sending' | 'sent' | 'failed'
      /** Its large files are not all on the server yet. */
      transfer?: TransferView
      /** Why it failed, and what to do, in words. */
      problem?: string
      redacted?: boolean
      /** When it was last given another text. */
      editedAt?: number
      /** A change of its text is on its way, or could not be sent. */
      edit?: { clientId: ClientId; state: 'waiting' | 'failed'; problem?: string }
      /** In the order in which they were first used. */
      reactions?: ReactionView[]
      /** What it answers, in the channel or, where `thread` says so, in a thread that this shows it from. */
      answers?: QuoteView
      /** What has been answered to it in its thread. */
      thread?: ThreadSummary
      pinned?: true
      /** Who wrote it, and when, as whoever passed it on says. */
      forwarded?: { author: UserId; authorName: string; at: number }
      /** It asks something: `text` is the question. */
      poll?: PollView
      /** It names this user, or calls on everybody. */
      forMe?: true
    }
  | { kind: 'notice'; key: string; seq: Seq; at: number; text: string }
  /** An entry whose key has been asked for and is not here yet. */
  | { kind: 'waiting-for-key'; key: string; seq: Seq; at: number; author?: UserId; authorName: string }

export interface PollView {
  options: { text: string; people: { userId: UserId; name: string }[]; mine: boolean }[]
  /** Several options may be chosen. */
  several: boolean
  /** How many people have chosen something. */
  voters: number
  ended?: true
  /** So many of the votes and reactions that it had were erased afterwards. */
  erased?: number
}

export interface ReactionView {
  emoji: string
  people: { userId: UserId; name: string }[]
  mine: boolean
}

/** The message that another one answers, in a line. */
export interface QuoteView {
  seq: Seq
  thread: boolean
  /** Absent where the message is not here, or cannot be read. */
  said?: { author: UserId; authorName: string; text: string }
  redacted?: true
}

export interface ThreadSummary {
  count: number
  people: { userId: UserId; name: string }[]
  lastAt: number
  /** Not read yet, in a thread that this user is in. */
  unread: number
}

export interface ThreadView {
  channelId: ChannelId
  root: Seq
  /** The root, where it is here, and the answers, oldest first. */
  items: TimelineItem[]
  unread: number
}

export interface PinsView {
  /** The last one to be pinned first. */
  items: TimelineItem[]
}

export interface TimelineView {
  channelId: ChannelId
  /** Oldest first. */
  items: TimelineItem[]
  /** There is more before the first item. */
  moreBefore: boolean
  /** There is more after the last item: only where items around a place, or up to one, are asked for. */
  moreAfter: boolean
  /** The seq of the place that was asked for, once it is here: of a time, the first entry from it on. */
  place?: Seq
  loading: boolean
  /** Where "new since" is drawn: the first message that was unread when the channel was opened, or missed since. */
  firstUnread?: Seq
}

/** A place in a channel's log: an entry, or the first one of a time on. */
export type Place = { seq: Seq } | { at: number }

export interface DeviceView {
  deviceId: DeviceId
  name: string
  addedAt: number
  current: boolean
}

/** What can be watched, and what it gives. */
export interface Queries extends PersonalQueries {
  session: { params: Record<string, never>; result: SessionState }
  connection: { params: Record<string, never>; result: Connection }
  channels: { params: Record<string, never>; result: ChannelItem[] }
  channel: { params: { channelId: ChannelId }; result: ChannelView | undefined }
  /**
   * The newest `limit` items, and all from `fromSeq` on: what is on a screen does not fall off when newer items come. Where hundreds
   * have come, the first of them, with more after. Raise the limit to scroll back. With `toSeq`, the same up to there, so that who
   * reads far back does not hold all that follows. With `around`, up to `limit` items before a place and `after` from it on instead:
   * raise either to scroll on that way, and once nothing is after them, ask for what there is from the first of them on.
   */
  timeline: {
    params: {
      channelId: ChannelId
      limit: number
      fromSeq?: Seq
      toSeq?: Seq
      around?: Place & { after: number }
    }
    result: TimelineView
  }
  thread: { params: { channelId: ChannelId; root: Seq }; result: ThreadView }
  pins: { params: { channelId: ChannelId }; result: PinsView }
  people: { params: Record<string, never>; result: Person[] }
  /** By name. */
  teams: { params: Record<string, never>; result: TeamView[] }
  /** The organisation's own, by name; those whose picture is here. */
  emoji: { params: Record<string, never>; result: NamedEmoji[] }
  devices: { params: Record<string, never>; result: DeviceView[] }
  /** Words, "words that stand together", from: in: has: before: after: on: as they were typed. */
  search: { params: { text: string; limit: number }; result: SearchView }
  searchIndex: { params: Record<string, never>; result: SearchIndex }
}
export type QueryName = keyof Queries
export type Params<Q extends QueryName> = Queries[Q]['params']
export type Result<Q extends QueryName> = Queries[Q]['result']

interface OutgoingFile {
  name: string
  mediaType: string
  /** A handle is read in pieces. */
  bytes: Uint8Array | Blob
  width?: number
  height?: number
  /** An image of at most 8 KiB that is shown until the file is. */
  thumbnail?: Uint8Array
  /** What makes a voice message of a file of sound; instead of a thumbnail. At most 200 levels. */
  waveform?: WaveformView
}

/** What can be asked for. Each resolves once it is done, or rejects with an IntentError. */
export interface Intents extends PersonalIntents, HistoryIntents, InviteLinkIntents, AdministrationIntents {
  // The way in
  'link.check': {
    input: { token?: string; userName?: string }
    output: {
      purpose: 'setup' | 'join' | 'password-reset'
      organisation: string
      invitedBy?: string
      role: Role
      nameFree?: boolean
    }
  }
  'server.info': {
    input: Record<string, never>
    output: {
      name: string
      registration: 'open' | 'invitation'
      setUp: boolean
      fileMaxMegabytes: number
      /** Absent where the server is older: it has no teams. */
      teams?: 'everyone' | 'administrators'
    }
  }
  /** Makes a phrase on this device; nothing is kept or sent until `account.register`. */
  'phrase.create': { input: Record<string, never>; output: { phrase: string } }
  'phrase.check': {
    input: { phrase: string }
    output: { ok: true } | { ok: false; problem: 'length' | 'word' | 'checksum'; word?: string }
  }
  'account.register': {
    input: {
      token?: string
      userName: string
      displayName: string
      password: string
      phrase: string
      deviceName: string
    }
    output: void
  }
  'session.open': { input: { userName: string; password: string; deviceName: string }; output: void }
  'session.close': { input: Record<string, never>; output: void }
  'session.closeOthers': { input: Record<string, never>; output: { closed: number } }
  /** In state `unbound`: makes this browser one of the user's devices. */
  'device.restore': { input: { phrase: string; deviceName: string }; output: void }
  'device.remove': { input: { deviceId: DeviceId; phrase?: string }; output: void }
  'identity.requestReset': { input: Record<string, never>; output: void }
  'identity.cancelReset': { input: Record<string, never>; output: void }
  'identity.reset': { input: { phrase: string; deviceName: string }; output: void }
  'password.change': { input: { current: string; next: string }; output: void }
  'password.reset': { input: { token: string; password: string }; output: { userName: string } }
  'profile.update': { input: { displayName: string }; output: void }

  // Channels
  'channel.create': {
    input: {
      kind: 'public' | 'private'
      name: string
      topic: string
      history: HistoryRule
      members: UserId[]
    }
    output: { channelId: ChannelId }
  }
  'channel.openDirect': { input: { people: UserId[] }; output: { channelId: ChannelId } }
  'channel.browse': {
    input: { search: string }
    output: { channelId: ChannelId; name: string; topic: string; memberCount: number; joined: boolean }[]
  }
  'channel.join': { input: { channelId: ChannelId }; output: void }
  'channel.leave': { input: { channelId: ChannelId }; output: void }
  'channel.rename': { input: { channelId: ChannelId; name: string; topic: string }; output: void }
  'channel.archive': { input: { channelId: ChannelId; archived: boolean }; output: void }
  /** By a moderator whom the policy names. */
  'channel.describe': {
    input: { channelId: ChannelId; description?: string; writers?: Writers }
    output: void
  }
  /** By a moderator whom the policy names; made so by this device's next commit. */
  'channel.changePolicy': {
    input: {
      channelId: ChannelId
      moderator?: { userId: UserId; moderates: boolean }
      history?: HistoryRule
      retentionDays?: number
    }
    output: void
  }
  'channel.addMembers': { input: { channelId: ChannelId; people: UserId[] }; output: void }
  'channel.removeMember': { input: { channelId: ChannelId; userId: UserId }; output: void }
  'channel.markRead': { input: { channelId: ChannelId; seq: Seq }; output: void }
  'channel.typing': { input: { channelId: ChannelId }; output: void }
  /** `attention: visible` marks this tab as looking at the channel: no notification for it. */
  'view.focus': { input: { channelId?: ChannelId; visible: boolean }; output: void }

  // Messages
  'message.send': {
    /** With a clientId of the caller's, sending again what was sent changes nothing. */
    input: {
      channelId: ChannelId
      text: string
      files: OutgoingFile[]
      clientId?: ClientId
      /** A reply stands in the channel; an answer in a thread there, and in the channel too where `inChannel` says so. */
      answers?: { as: 'reply' | 'thread'; seq: Seq; inChannel?: boolean }
    }
    output: { clientId: ClientId }
  }
  'message.edit': { input: { channelId: ChannelId; seq: Seq; text: string }; output: void }
  'message.react': { input: { channelId: ChannelId; seq: Seq; emoji: string; on: boolean }; output: void }
  'message.pin': { input: { channelId: ChannelId; seq: Seq; on: boolean }; output: void }
  'poll.create': {
    input: { channelId: ChannelId; question: string; options: string[]; several: boolean }
    output: { clientId: ClientId }
  }
  /** Options by their place, from 0 on; none takes the vote back. */
  'poll.vote': { input: { channelId: ChannelId; seq: Seq; choices: number[] }; output: void }
  'poll.end': { input: { channelId: ChannelId; seq: Seq }; output: void }
  /** To the channel `to`, with copies of its files. */
  'message.forward': {
    input: { channelId: ChannelId; seq: Seq; to: ChannelId }
    output: { clientId: ClientId }
  }
  /** The texts that a message has had, the first one first. */
  'message.versions': {
    input: { channelId: ChannelId; seq: Seq }
    output: { versions: { text: string; at: number }[] }
  }
  /** Fetches history until this entry is here. False where there is none, or it cannot be had. */
  'message.find': { input: { channelId: ChannelId; seq: Seq }; output: { found: boolean } }
  'thread.markRead': { input: { channelId: ChannelId; root: Seq; seq: Seq }; output: void }
  'message.retry': { input: { clientId: ClientId }; output: void }
  'message.discard': { input: { clientId: ClientId }; output: void }
  'message.redact': { input: { channelId: ChannelId; seq: Seq }; output: void }
  'file.read': {
    input: { channelId: ChannelId; blobId: string }
    output: { bytes: Uint8Array; mediaType: string; name: string }
  }
  /** At most 8 MiB of a file. `reader` names who reads: whoever goes from the beginning to the end is told there if its hash is wrong. */
  'file.range': {
    input: { channelId: ChannelId; blobId: string; start: number; end: number; reader: string }
    output: { bytes: Uint8Array }
  }
  /** Stops a message's files on their way up, or lets them go on. */
  'file.pause': { input: { clientId: ClientId; paused: boolean }; output: void }
  /** Whether this device fetches older history in the background, so that it can be found. */
  'search.fetchHistory': { input: { fetch: boolean }; output: void }
  /** Whoever asks has looked: `notice` tells once that the identity is new, and channels tell it no more. */
  'safety.number': { input: { userId: UserId }; output: { number: string; notice?: string } }
}
export type IntentName = keyof Intents
export type IntentInput<N extends IntentName> = Intents[N]['input']
export type IntentOutput<N extends IntentName> = Intents[N]['output']

/** Why an intent was not done: a code from the catalogue or one of the client's own, with words for a person. */
export interface IntentProblem {
  code: ErrorCode | 'phrase-wrong' | 'offline' | 'too-large' | 'internal'
  message: string
  detail?: Record<string, unknown>
}

export class IntentError extends Error {
  override readonly name = 'IntentError'
  readonly problem: IntentProblem

  constructor(problem: IntentProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** A new message that deserves a notification, told to the tab that shows them. */
export interface Notification {
  /** What it tells of: something new, or something whose time has come. */
  about: 'message' | 'reminder' | 'inbox'
  channelId: ChannelId
  seq: Seq
  /** Whose thread the message stands in, where the channel does not show it. */
  thread?: Seq
  title: string
  body: string
}

export interface Engine {
  /** Calls `listener` at once with the present snapshot if there is one, then on every change. Returns a function that stops it. */
  watch<Q extends QueryName>(query: Q, params: Params<Q>, listener: (snapshot: Result<Q>) => void): () => void
  send<N extends IntentName>(intent: N, input: IntentInput<N>): Promise<IntentOutput<N>>
  onNotification(listener: (notification: Notification) => void): () => void
}
