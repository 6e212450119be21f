/** Channels and who is in them. SPEC.md, section "Channels" (CH-*). */
import { Type, type Static } from 'typebox'
import {
  COMMIT_MAX_BYTES,
  DOCUMENT_MAX_BYTES,
  GROUP_INFO_MAX_BYTES,
  LIST_PAGE_MAX,
  NAME_MAX_CHARACTERS,
  TOPIC_MAX_CHARACTERS,
  TREE_MAX_BYTES,
} from '../limits.ts'
import { operation } from '../operation.ts'
import { ChannelKind, Writers } from '../policy.ts'
import {
  bytes,
  ChannelIdSchema,
  ClientIdSchema,
  DeviceIdSchema,
  EpochSchema,
  GenerationSchema,
  HashSchema,
  lines,
  name,
  object,
  SeqSchema,
  TimeSchema,
  UserIdSchema,
} from '../schema.ts'

const ChannelName = name({ minLength: 1, maxLength: NAME_MAX_CHARACTERS })
const Topic = lines({ maxLength: TOPIC_MAX_CHARACTERS })
/** A member's signed word that an identity may enter (POL-3). */
const Admission = bytes(1, 1024)
const NewMembers = Type.Array(object({ userId: UserIdSchema, admission: Type.Optional(Admission) }), {
  maxItems: 100,
})

export const ChannelSummary = object({
  channelId: ChannelIdSchema,
  kind: ChannelKind,
  /** Public channels only; the name of any other is a settings message in its log. */
  name: Type.Optional(ChannelName),
  topic: Type.Optional(Topic),
  archived: Type.Boolean(),
  createdAt: TimeSchema,
  memberCount: Type.Integer(),
  generation: GenerationSchema,
  epoch: EpochSchema,
  seq: SeqSchema,
  head: HashSchema,
  /** This user's place: a leaf in the roster, waiting to be added, waiting to be removed, or none. */
  place: Type.Union([
    Type.Literal('member'),
    Type.Literal('joining'),
    Type.Literal('leaving'),
    Type.Literal('none'),
  ]),
  /** True when this very device has a leaf. */
  deviceIn: Type.Boolean(),
  /** Somebody's leaf waits to go: a member who reads this takes the turn (TURN-9). */
  removing: Type.Boolean(),
  /** The entry that brought in the oldest of this user's leaves: under the rule `joining`, what lies before is not theirs. */
  joinedSeq: Type.Optional(SeqSchema),
  /** The other participants of a direct channel, so that it can be shown before its group is joined. */
  participants: Type.Optional(Type.Array(UserIdSchema)),
})
export type ChannelSummary = Static<typeof ChannelSummary>

const Place = object({ userId: UserIdSchema, deviceId: DeviceIdSchema })

export const channelOperations = {
  'channel.create': operation({
    method: 'POST',
    path: '/api/channels',
    permission: 'channel.create',
    summary: 'Founds a channel with its first group; the creator’s device is its first leaf.',
    input: object({
      channelId: ChannelIdSchema,
      clientId: ClientIdSchema,
      kind: ChannelKind,
      name: Type.Optional(ChannelName),
      topic: Type.Optional(Topic),
      /** CBOR of CommitPayload `found`. */
      payload: bytes(1, COMMIT_MAX_BYTES),
      groupInfo: bytes(1, GROUP_INFO_MAX_BYTES),
      tree: bytes(1, TREE_MAX_BYTES),
      /** Others who are to be added at once. In a direct channel: all other participants. */
      members: NewMembers,
    }),
    /** In a direct channel between the same participants, the channel that is there already. */
    output: object({ channel: ChannelSummary, existing: Type.Boolean() }),
    errors: ['name-taken', 'already-exists', 'commit-refused', 'not-found', 'too-many'],
  }),
  'channel.list': operation({
    method: 'GET',
    path: '/api/channels',
    permission: 'own',
    summary: 'All channels of this user, joining and leaving ones included.',
    input: object({}),
    output: object({ channels: Type.Array(ChannelSummary) }),
    errors: [],
  }),
  'channel.browse': operation({
    method: 'GET',
    path: '/api/channels/public',
    permission: 'channels.browse',
    summary: 'Public channels, by name, a page at a time.',
    input: object({
      search: Type.Optional(Type.String({ maxLength: 80 })),
      after: Type.Optional(ChannelIdSchema),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_PAGE_MAX })),
    }),
    output: object({ channels: Type.Array(ChannelSummary), more: Type.Boolean() }),
    errors: [],
  }),
  'channel.read': operation({
    method: 'GET',
    path: '/api/channels/:channelId',
    permission: 'channel.see',
    summary: 'One channel, with the server’s view of its roster and who waits.',
    input: object({ channelId: ChannelIdSchema }),
    output: object({
      channel: ChannelSummary,
      roster: Type.Array(Place),
      joining: Type.Array(Place),
      leaving: Type.Array(Place),
    }),
    errors: [],
  }),
  'channel.update': operation({
    method: 'PATCH',
    path: '/api/channels/:channelId',
    permission: 'channel.moderate',
    summary: 'Renames or describes a public channel, archives any or brings it back, decides who writes.',
    input: object({
      channelId: ChannelIdSchema,
      name: Type.Optional(ChannelName),
      topic: Type.Optional(Topic),
      archived: Type.Optional(Type.Boolean()),
      /** By whom the policy names only, since members believe nobody else. */
      writers: Type.Optional(Writers),
    }),
    output: object({ channel: ChannelSummary }),
    errors: ['name-taken'],
  }),
  'channel.join': operation({
    method: 'POST',
    path: '/api/channels/:channelId/join',
    permission: 'channel.see',
    summary: 'Asks to be added to a public channel, with all of one’s devices.',
    input: object({ channelId: ChannelIdSchema }),
    output: object({ channel: ChannelSummary }),
    errors: ['channel-archived'],
  }),
  'channel.add': operation({
    method: 'POST',
    path: '/api/channels/:channelId/members',
    permission: 'channel.invite',
    summary: 'Names people who wait to be added, each with an admission where the policy asks for one.',
    input: object({ channelId: ChannelIdSchema, members: NewMembers }),
    output: object({}),
    errors: ['not-found', 'channel-archived', 'forbidden'],
  }),
  'channel.remove': operation({
    method: 'DELETE',
    path: '/api/channels/:channelId/members/:userId',
    permission: 'channel.moderate',
    summary: 'Removes somebody: delivery to them stops at once, the group’s commit follows.',
    input: object({ channelId: ChannelIdSchema, userId: UserIdSchema }),
    output: object({}),
    errors: ['not-found'],
  }),
  'channel.leave': operation({
    method: 'POST',
    path: '/api/channels/:channelId/leave',
    permission: 'channel.enter',
    summary: 'Leaves a channel with all of one’s devices.',
    input: object({ channelId: ChannelIdSchema }),
    output: object({}),
    errors: [],
  }),
  'turn.take': operation({
    method: 'POST',
    path: '/api/channels/:channelId/turn',
    permission: 'channel.use',
    summary:
      'Asks for the turn to commit; tells who waits to be added, with key packages, and to be removed.',
    input: object({ channelId: ChannelIdSchema }),
    output: object({
      granted: Type.Boolean(),
      /** When not granted: ask again after this time. */
      retryAfterMs: Type.Integer({ minimum: 0 }),
      turnId: Type.Optional(ClientIdSchema),
      generation: GenerationSchema,
      epoch: EpochSchema,
      adds: Type.Array(
        object({
          userId: UserIdSchema,
          deviceId: DeviceIdSchema,
          keyPackage: bytes(1, 8192),
          admission: Type.Optional(Admission),
          account: bytes(1, DOCUMENT_MAX_BYTES),
          devices: bytes(1, DOCUMENT_MAX_BYTES),
        }),
      ),
      removes: Type.Array(Place),
    }),
    errors: ['channel-archived'],
  }),
  'turn.release': operation({
    method: 'DELETE',
    path: '/api/channels/:channelId/turn',
    permission: 'channel.use',
    summary: 'Gives an unused turn back; key packages that do not work are named and dropped.',
    input: object({
      channelId: ChannelIdSchema,
      turnId: ClientIdSchema,
      unusable: Type.Array(DeviceIdSchema, { maxItems: 100 }),
    }),
    output: object({}),
    errors: [],
  }),
  'group.read': operation({
    method: 'GET',
    path: '/api/channels/:channelId/group',
    permission: 'channel.enter',
    summary: 'The group’s public state, for an external commit.',
    input: object({ channelId: ChannelIdSchema }),
    output: object({
      generation: GenerationSchema,
      epoch: EpochSchema,
      seq: SeqSchema,
      head: HashSchema,
      groupInfo: bytes(1, GROUP_INFO_MAX_BYTES),
      tree: bytes(1, TREE_MAX_BYTES),
      /** The admission that this user waits with, if any. */
      admission: Type.Optional(Admission),
    }),
    errors: [],
  }),
}
