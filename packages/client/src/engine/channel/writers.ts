/**
 * Who may write where only moderators do. The server refuses what it can see; a reader judges the rest by the signed words of
 * moderators and by the policy that held there, as far as this device was in the group by then. SPEC.md, CH-11 and CH-12.
 */
import type { MessageContent } from '@reforms/crypto'
import { cleanLines, type ChannelId, type Entry } from '@reforms/protocol'
import { IntentError } from '../../engine-api.ts'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { hasAbout, readAbout, readAboutAt, saveAbout } from '../tables/about.ts'
import { readNewestPolicy, readPolicyAt } from '../tables/policies.ts'
import { beginsThread } from '../tables/relations.ts'
import type { Reading } from './reading.ts'
import { signerOf } from './signer.ts'

/** Where an entry stands, and whose device sent it. */
export type SignedPlace = Pick<Entry, 'channelId' | 'seq' | 'generation' | 'epoch' | 'sender'>

/** By the policy that held there; where that is not known here, by the newest. */
export function isByModerator(context: Context, place: SignedPlace): boolean {
  const { channelId, seq } = place
  const policy =
    readPolicyAt(context.database, channelId, seq) ?? readNewestPolicy(context.database, channelId)
  const signer = signerOf(context, place)
  if (!policy || !signer) return false
  return policy.moderators.some((key) => sameBytes(key, signer.identityKey))
}

export function noteAbout(
  context: Context,
  place: SignedPlace,
  said: Extract<MessageContent, { type: 'about' }>,
): void {
  const { channelId, seq } = place
  const byModerator = isByModerator(context, place)
  const description = cleanLines(said.description)
  // Who may write is for moderators to say: anybody else could silence the others.
  const writers = byModerator ? said.writers : 'members'
  saveAbout(context.database, channelId, { seq, description, writers, byModerator })
}

/** Whether any of some entries of a channel may be barred: where no moderator has said who writes, none is, and nobody has to ask for each. */
export function isJudged(
  { database }: Context,
  entries: readonly Pick<Entry, 'channelId'>[],
  readings: readonly Reading[],
): boolean {
  const [first] = entries
  if (!first) return false
  return readings.some(({ decoded }) => decoded?.type === 'about') || hasAbout(database, first.channelId)
}

/** `barred` where its author could not write there. What was said before this device was in stands as it was read. */
export function judged(
  context: Context,
  entry: SignedPlace & Pick<Entry, 'kind' | 'relatesTo'>,
  reading: Reading,
): Reading {
  if (entry.kind !== 'message' || reading.state !== 'clear') return reading
  const { channelId, seq } = entry
  if (readAboutAt(context.database, channelId, seq)?.writers !== 'moderators') return reading
  if (!readPolicyAt(context.database, channelId, seq) || isByModerator(context, entry)) return reading
  if (isAboutAnother(context, channelId, reading.decoded, entry.relatesTo)) return reading
  return { state: 'barred', ...(reading.author ? { author: reading.author } : {}) }
}

/** Reactions, edits and answers that stay in their thread are everybody's. An answer to what begins no thread would stand in the channel. */
function isAboutAnother(
  { database }: Context,
  channelId: ChannelId,
  content: MessageContent | undefined,
  relatesTo: number | undefined,
): boolean {
  if (!content) return relatesTo !== undefined
  switch (content.type) {
    case 'reply':
    case 'pin':
      return false
    case 'thread':
      return (
        !content.inChannel && content.to.seq === relatesTo && beginsThread(database, channelId, content.to)
      )
    case 'settings':
    case 'about':
      // They stand nowhere, and count for nothing where a moderator has spoken.
      return true
    default:
      return 'to' in content
  }
}

export function onlyModeratorsWrite(context: Context, channelId: ChannelId): boolean {
  return readAbout(context.database, channelId)?.writers === 'moderators'
}

/** A guest moderates nothing, also where the policy names them (GUEST-1). */
export function isModeratorHere(context: Context, channelId: ChannelId): boolean {
  if (context.me?.role === 'guest') return false
  const own = context.keys?.identityKey
  const policy = readNewestPolicy(context.database, channelId)
  return own !== undefined && (policy?.moderators.some((key) => sameBytes(key, own)) ?? false)
}

/** Before it is put into the outbox. Throws IntentError where nobody would be shown it. */
export function demandWriter(context: Context, channelId: ChannelId, content: MessageContent): void {
  if (!onlyModeratorsWrite(context, channelId) || isModeratorHere(context, channelId)) return
  if (isAboutAnother(context, channelId, content, 'to' in content ? content.to.seq : undefined)) return
  throw new IntentError({
    code: 'forbidden',
    message: 'Only moderators write in this channel. You can react, and answer in threads.',
  })
}
