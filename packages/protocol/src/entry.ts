/**
 * The log's entries and the events that the gateway sends. SPEC.md, sections "Log" (LOG-*) and "Gateway" (GW-*).
 */
import { Type, type Static } from 'typebox'
import type { Beacon } from './operations/beacon.ts'
import { COMMIT_MAX_BYTES, ENVELOPE_MAX_BYTES, GROUP_INFO_MAX_BYTES, WELCOME_MAX_BYTES } from './limits.ts'
import {
  bytes,
  ChannelIdSchema,
  ClientIdSchema,
  DeviceIdSchema,
  EpochSchema,
  GenerationSchema,
  HashSchema,
  object,
  SeqSchema,
  TimeSchema,
  UserIdSchema,
} from './schema.ts'

export const EntryKind = Type.Union([
  Type.Literal('commit'),
  Type.Literal('message'),
  Type.Literal('redaction'),
  Type.Literal('notice'),
])
export type EntryKind = Static<typeof EntryKind>

/** One entry of a channel's log. An erased entry keeps its place and its payload's hash (LOG-9). */
export const Entry = object({
  channelId: ChannelIdSchema,
  seq: SeqSchema,
  kind: EntryKind,
  generation: GenerationSchema,
  epoch: EpochSchema,
  /** The device that sent it and its user; both absent in a notice. */
  sender: Type.Optional(DeviceIdSchema),
  senderUser: Type.Optional(UserIdSchema),
  clientId: ClientIdSchema,
  relatesTo: Type.Optional(SeqSchema),
  notify: Type.Optional(Type.Array(UserIdSchema, { maxItems: 100 })),
  at: TimeSchema,
  /** Absent once erased. */
  payload: Type.Optional(bytes(0, COMMIT_MAX_BYTES)),
  payloadHash: HashSchema,
  head: HashSchema,
})
export type Entry = Static<typeof Entry>

/** What a `commit` entry's payload holds, as deterministic CBOR. `found` begins a generation (GEN-1). */
export const CommitPayload = Type.Union([
  object({
    type: Type.Literal('commit'),
    commit: bytes(1, COMMIT_MAX_BYTES),
    /** Under the history rule `all`: earlier epochs' records, encrypted under the new epoch's secret (EPO-4). */
    history: Type.Optional(bytes(1, COMMIT_MAX_BYTES)),
  }),
  object({
    type: Type.Literal('found'),
    groupInfo: bytes(1, GROUP_INFO_MAX_BYTES),
    history: Type.Optional(bytes(1, COMMIT_MAX_BYTES)),
  }),
])
export type CommitPayload = Static<typeof CommitPayload>

/** What a `notice` entry's payload holds, as deterministic CBOR, written by the server in clear. */
export const NoticePayload = object({
  type: Type.Union([
    Type.Literal('renamed'),
    Type.Literal('archived'),
    Type.Literal('unarchived'),
    Type.Literal('moderators-write'),
    Type.Literal('members-write'),
    /** Somebody asks, by an invite link, to come in (LINK-3). */
    Type.Literal('asked'),
    /** Somebody waits to be added, under the history rule `invited` (EPO-12). */
    Type.Literal('invited'),
  ]),
  userId: Type.Optional(UserIdSchema),
  name: Type.Optional(Type.String({ maxLength: 200 })),
})
export type NoticePayload = Static<typeof NoticePayload>

/** A mailbox envelope as its recipient reads it. `welcome` carries the place in the log where the device came in. */
export const Envelope = object({
  id: Type.Integer({ minimum: 1 }),
  kind: Type.Union([Type.Literal('welcome'), Type.Literal('sealed')]),
  channelId: Type.Optional(ChannelIdSchema),
  seq: Type.Optional(SeqSchema),
  from: Type.Optional(DeviceIdSchema),
  at: TimeSchema,
  payload: bytes(1, Math.max(WELCOME_MAX_BYTES, ENVELOPE_MAX_BYTES)),
})
export type Envelope = Static<typeof Envelope>

export type Presence = 'online' | 'away' | 'offline'

/** What the gateway tells a bound socket without being asked. One `type`, one shape. */
export type ServerEvent =
  /** A new entry, in order for its channel; a gap means: fetch. */
  | { type: 'entry'; entry: Entry }
  /** Channels whose log is at this seq and head, from PostgreSQL; every 15 s for those that changed. */
  | { type: 'heads'; heads: { channelId: string; seq: number; head: Uint8Array }[] }
  /** The mailbox has something up to this id. */
  | { type: 'mailbox'; id: number }
  /** The vault has changed up to this cursor. */
  | { type: 'vault'; cursor: number }
  /** Someone waits to be added to or removed from this channel: a member may take the turn. */
  | { type: 'turn-wanted'; channelId: string; removal: boolean }
  /** A channel's plain facts, or this user's place in it, have changed: read it again. */
  | { type: 'channel'; channelId: string }
  /** A user's name, role, state or signed documents have changed: read them again. */
  | { type: 'directory'; userId: string }
  /** Teams, or who is in them, have changed: read them again. */
  | { type: 'teams' }
  /** The organisation's emoji have changed: read them again. */
  | { type: 'emoji' }
  /** Users, by what they are now: whoever comes is told of all who share a channel with them, then of each change. */
  | { type: 'presence'; online: string[]; away: string[]; offline: string[] }
  | { type: 'typing'; channelId: string; userId: string }
  /** A member lets the others in a channel see something, in the place of what was there of its kind. */
  | { type: 'beacon'; beacon: Beacon }
  /** This session is over; the socket closes next. `removed`: this device was removed. */
  | { type: 'signed-out'; reason: 'ended' | 'removed' | 'inactive' }
  | { type: 'settings' }

/** Frames, each one CBOR item in one binary WebSocket message. Requests are answered by id, in any order. */
export type ClientFrame = { id: number; operation: string; input: unknown }
export type ServerFrame =
  | { id: number; output: unknown }
  | { id: number; error: { code: string; message: string; detail?: Record<string, unknown> } }
  | { event: ServerEvent }
