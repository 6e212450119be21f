/** The log of a channel. SPEC.md, section "Log" (LOG-*). */
import { Type } from 'typebox'
import { Entry } from '../entry.ts'
import {
  COMMIT_MAX_BYTES,
  DOCUMENT_MAX_BYTES,
  GROUP_INFO_MAX_BYTES,
  LOG_PAGE_MAX,
  PAYLOAD_MAX_BYTES,
  TREE_MAX_BYTES,
  WELCOME_MAX_BYTES,
} from '../limits.ts'
import { operation } from '../operation.ts'
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
} from '../schema.ts'

/** Where an entry stands once it is in the log, which is once it is durable (LOG-5). */
const Placed = object({ seq: SeqSchema, head: HashSchema, at: TimeSchema })
const limit = Type.Integer({ minimum: 1, maximum: LOG_PAGE_MAX })

export const logOperations = {
  'log.append': operation({
    method: 'POST',
    path: '/api/channels/:channelId/log',
    permission: 'channel.use',
    summary: 'Appends an encrypted message, for the current epoch only.',
    input: object({
      channelId: ChannelIdSchema,
      clientId: ClientIdSchema,
      generation: GenerationSchema,
      epoch: EpochSchema,
      relatesTo: Type.Optional(SeqSchema),
      notify: Type.Optional(Type.Array(UserIdSchema, { maxItems: 100 })),
      payload: bytes(1, PAYLOAD_MAX_BYTES),
    }),
    output: Placed,
    errors: ['stale-epoch', 'removal-pending', 'channel-archived', 'rate-limited'],
  }),
  'log.read': operation({
    method: 'GET',
    path: '/api/channels/:channelId/log',
    permission: 'channel.use',
    summary: 'What follows seq `after` whose head is `head`: live delivery, reconnect and catch-up alike.',
    input: object({
      channelId: ChannelIdSchema,
      after: SeqSchema,
      /** The head that the caller has for `after`. Absent where it has none. */
      head: Type.Optional(HashSchema),
      limit,
    }),
    /** `seq` and `head` are the log's own at the time of the answer. */
    output: object({ entries: Type.Array(Entry), seq: SeqSchema, head: HashSchema }),
    errors: ['log-diverged'],
  }),
  'log.page': operation({
    method: 'GET',
    path: '/api/channels/:channelId/log/before',
    permission: 'channel.use',
    summary: 'The entries before a seq, newest last, for reading history backwards.',
    input: object({ channelId: ChannelIdSchema, before: SeqSchema, limit }),
    /** `headBefore` is the head of the entry before the first one, which the caller checks the chain against. */
    output: object({ entries: Type.Array(Entry), headBefore: HashSchema }),
    errors: [],
  }),
  'log.commit': operation({
    method: 'POST',
    path: '/api/channels/:channelId/commits',
    permission: 'channel.enter',
    summary:
      'Appends an MLS commit, by the device whose turn it is or as an external commit of one that waits.',
    input: object({
      channelId: ChannelIdSchema,
      clientId: ClientIdSchema,
      /** Absent in an external commit. */
      turnId: Type.Optional(ClientIdSchema),
      generation: GenerationSchema,
      /** The epoch that the commit ends. */
      epoch: EpochSchema,
      /** CBOR of CommitPayload `commit`. */
      payload: bytes(1, COMMIT_MAX_BYTES),
      /** GroupInfo of the epoch that the commit begins, without the tree. */
      groupInfo: bytes(1, GROUP_INFO_MAX_BYTES),
      welcome: Type.Optional(
        object({
          payload: bytes(1, WELCOME_MAX_BYTES),
          devices: Type.Array(DeviceIdSchema, { maxItems: 100 }),
        }),
      ),
    }),
    output: Placed,
    errors: ['stale-epoch', 'turn-busy', 'commit-refused', 'channel-archived', 'rate-limited'],
  }),
  'log.found': operation({
    method: 'POST',
    path: '/api/channels/:channelId/generations',
    permission: 'channel.use',
    summary: 'Founds the next generation of a broken group, from the members of the last good epoch.',
    input: object({
      channelId: ChannelIdSchema,
      clientId: ClientIdSchema,
      /** One more than the present one. */
      generation: GenerationSchema,
      payload: bytes(1, COMMIT_MAX_BYTES),
      groupInfo: bytes(1, GROUP_INFO_MAX_BYTES),
      tree: bytes(1, TREE_MAX_BYTES),
    }),
    output: Placed,
    errors: ['stale-epoch', 'commit-refused', 'channel-archived'],
  }),
  'log.redact': operation({
    method: 'POST',
    path: '/api/channels/:channelId/redactions',
    permission: 'channel.use',
    summary: 'Erases the payload of an entry by a signed order of its author or a moderator.',
    input: object({
      channelId: ChannelIdSchema,
      clientId: ClientIdSchema,
      seq: SeqSchema,
      /** The signed redaction document. */
      payload: bytes(1, DOCUMENT_MAX_BYTES),
    }),
    output: Placed,
    errors: ['bad-signature', 'not-found', 'forbidden'],
  }),
}
