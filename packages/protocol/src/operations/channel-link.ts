/** Invite links to a channel. SPEC.md, section "Links to a channel" (LINK-*). */
import { Type, type Static } from 'typebox'
import { CHANNEL_LINK_REQUESTS_PAGE_MAX, CHANNEL_LINK_USES_MAX, CHANNEL_LINKS_MAX } from '../limits.ts'
import { operation } from '../operation.ts'
import { ChannelKind } from '../policy.ts'
import {
  bytes,
  ChannelIdSchema,
  HashSchema,
  LinkIdSchema,
  object,
  TimeSchema,
  UserIdSchema,
} from '../schema.ts'

/** What the server knows a link by; it follows from the link's secret, and leads to nothing else (LINK-1). */
const LinkToken = bytes(32, 32)
/** A moderator's device's signed word for the link's key (LINK-2). */
const Statement = bytes(1, 512)
/** Who has the link signs, with its key, who they are (LINK-3). */
const Request = bytes(1, 512)

export const ChannelLink = object({
  linkId: LinkIdSchema,
  createdBy: Type.Optional(UserIdSchema),
  createdAt: TimeSchema,
  expiresAt: TimeSchema,
  uses: Type.Integer(),
  usesLeft: Type.Integer(),
})
export type ChannelLink = Static<typeof ChannelLink>

export const channelLinkOperations = {
  'channelLink.create': operation({
    method: 'POST',
    path: '/api/channels/:channelId/links',
    permission: 'channel.moderate',
    summary:
      'Makes an invite link to a channel. Its secret stays with the client; the server keeps a hash of what it is known by.',
    input: object({
      channelId: ChannelIdSchema,
      linkId: LinkIdSchema,
      /** SHA-256 of the token. */
      tokenHash: HashSchema,
      /** It says until when. */
      statement: Statement,
      /** The channel's name, for who has the link. */
      sealedName: bytes(1, 512),
      /** How many people may ask by it. */
      uses: Type.Integer({ minimum: 1, maximum: CHANNEL_LINK_USES_MAX }),
    }),
    output: object({}),
    errors: ['already-exists', 'channel-archived', 'too-many'],
  }),
  'channelLink.list': operation({
    method: 'GET',
    path: '/api/channels/:channelId/links',
    permission: 'channel.moderate',
    summary: 'The invite links to a channel that are still good, newest first.',
    input: object({ channelId: ChannelIdSchema }),
    output: object({ links: Type.Array(ChannelLink, { maxItems: CHANNEL_LINKS_MAX }) }),
    errors: [],
  }),
  'channelLink.revoke': operation({
    method: 'DELETE',
    path: '/api/channels/:channelId/links/:linkId',
    permission: 'channel.moderate',
    summary: 'Makes an invite link worthless; who has asked by it and is not in yet asks no more.',
    input: object({ channelId: ChannelIdSchema, linkId: LinkIdSchema }),
    output: object({}),
    errors: ['not-found'],
  }),
  'channelLink.check': operation({
    method: 'POST',
    path: '/api/channel-links/check',
    permission: 'own',
    summary: 'Whether an invite link is still good, and what to.',
    input: object({ token: LinkToken }),
    output: object({
      channelId: ChannelIdSchema,
      kind: ChannelKind,
      sealedName: bytes(1, 512),
      invitedBy: Type.Optional(Type.String()),
      /** `was-in`: a link lets nobody back in (LINK-5). */
      place: Type.Union([
        Type.Literal('in'),
        Type.Literal('asked'),
        Type.Literal('was-in'),
        Type.Literal('none'),
      ]),
    }),
    errors: ['invitation-invalid'],
  }),
  'channelLink.ask': operation({
    method: 'POST',
    path: '/api/channel-links/ask',
    permission: 'own',
    summary:
      'Asks to come into a channel by a link. Into a private one a member’s device lets in whom it believes.',
    input: object({ token: LinkToken, request: Request }),
    output: object({
      /** `in`: a member, or about to be one. `asked`: until a member's device has looked at it. */
      place: Type.Union([Type.Literal('in'), Type.Literal('asked')]),
    }),
    errors: ['invitation-invalid', 'channel-archived'],
  }),
  'channelLink.requests': operation({
    method: 'GET',
    path: '/api/channel-requests',
    permission: 'own',
    summary: 'Who asks, by links, to come into the private channels that the caller is in, longest first.',
    input: object({}),
    output: object({
      requests: Type.Array(
        object({ channelId: ChannelIdSchema, userId: UserIdSchema, statement: Statement, request: Request }),
        { maxItems: CHANNEL_LINK_REQUESTS_PAGE_MAX },
      ),
    }),
    errors: [],
  }),
}
