/**
 * What a moderator says of a channel: what it is for, and who writes there. Told to the members as a message that only they can read,
 * and to the server only as far as it has to refuse others' messages. SPEC.md, CH-11, CH-12.
 */
import { encodeContent, knownContent } from '@reforms/crypto'
import { cleanLines, type ChannelId, type Writers } from '@reforms/protocol'
import { IntentError, type IntentInput } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { readAbout } from '../tables/about.ts'
import { addToOutbox, readOutbox } from '../tables/outbox.ts'
import { sentFrom } from './settings-message.ts'
import { isModeratorHere } from './writers.ts'

export async function describeChannel(
  context: Context,
  input: IntentInput<'channel.describe'>,
): Promise<void> {
  const { channelId } = input
  if (!isModeratorHere(context, channelId)) {
    throw new IntentError({ code: 'forbidden', message: 'Only moderators of this channel can change that.' })
  }
  const before = lastSaid(context, channelId)
  const writers = input.writers ?? before?.writers ?? 'members'
  const description = cleanLines(input.description ?? before?.description ?? '')
  // First who is refused by the server: what members are told holds from there on. An earlier answer may have been lost.
  if (input.writers !== undefined) {
    await context.ports.transport.call('channel.update', { channelId, writers: input.writers })
  }
  if (writers === (before?.writers ?? 'members') && description === (before?.description ?? '')) return
  context.database.transaction(() => queueAbout(context, channelId, { description, writers }))
  context.channelChanged(channelId)
  context.poke(channelId)
}

/** With what waits to be sent: two changes that follow each other closely both stand. */
function lastSaid(
  { database }: Context,
  channelId: ChannelId,
): { description: string; writers: Writers } | undefined {
  const waiting = readOutbox(database, channelId)
    .filter(({ state }) => state !== 'failed')
    .map(({ content }) => knownContent(content))
    .findLast((content) => content?.type === 'about')
  return waiting?.type === 'about' ? waiting : readAbout(database, channelId)
}

/** Within a transaction: into the outbox. */
function queueAbout(
  context: Context,
  channelId: ChannelId,
  about: { description: string; writers: Writers },
): void {
  addToOutbox(context.database, {
    clientId: context.newClientId(),
    channelId,
    createdAt: context.now(),
    content: encodeContent({ type: 'about', ...about, ...sentFrom(context, channelId) }),
  })
}

/** Says it again, for people who came in after it was said. Within a transaction. */
export function announceAbout(context: Context, channelId: ChannelId): void {
  const about = readAbout(context.database, channelId)
  if (about) queueAbout(context, channelId, { description: about.description, writers: about.writers })
}
