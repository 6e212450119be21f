/**
 * Invite links to a channel. A link is a secret of 32 bytes; a moderator's device signs for its public key, and whoever has the secret
 * signs, with its private key, who they are. So a member's device can admit them, and the server, which knows neither secret nor
 * private key, can let nobody in by it. SPEC.md, LINK-*. Holds no private key; making them is in channel-link-signing.ts.
 */
import { ChannelIdSchema, KeySchema, object, TimeSchema, UserIdSchema } from '@reforms/protocol'
import type { Static } from 'typebox'
import { checkStatement, decodeDocument, statementSchema } from './document.ts'

export const CHANNEL_LINK_LABEL = 'reforms channel link v1'
export const LINK_REQUEST_LABEL = 'reforms link request v1'
export const MAX_CHANNEL_LINK_BYTES = 512
export const MAX_LINK_REQUEST_BYTES = 512

export const ChannelLinkStatement = object({
  channelId: ChannelIdSchema,
  /** What whoever has the link signs with. */
  linkKey: KeySchema,
  /** The device key that signs: a moderator's of the channel, at the time when somebody is admitted. */
  signer: KeySchema,
  /** After this the link is void. */
  expiry: TimeSchema,
})
export type ChannelLinkStatement = Static<typeof ChannelLinkStatement>

export const LinkRequest = object({
  channelId: ChannelIdSchema,
  userId: UserIdSchema,
  /** Whose devices wish to enter. */
  identityKey: KeySchema,
})
export type LinkRequest = Static<typeof LinkRequest>

export const SignedChannelLink = statementSchema(CHANNEL_LINK_LABEL, ChannelLinkStatement)
export const SignedLinkRequest = statementSchema(LINK_REQUEST_LABEL, LinkRequest)

/** Checks form and signature; whether the signer moderates is for the caller to say. Throws CryptoError. */
export async function verifyChannelLink(bytes: Uint8Array): Promise<ChannelLinkStatement> {
  const signed = decodeDocument(SignedChannelLink, bytes, MAX_CHANNEL_LINK_BYTES)
  await checkStatement(signed[1].signer, signed)
  return signed[1]
}

/** Throws CryptoError, 'signature' where another key than the link's has signed. */
export async function verifyLinkRequest(linkKey: Uint8Array, bytes: Uint8Array): Promise<LinkRequest> {
  const signed = decodeDocument(SignedLinkRequest, bytes, MAX_LINK_REQUEST_BYTES)
  await checkStatement(linkKey, signed)
  return signed[1]
}
