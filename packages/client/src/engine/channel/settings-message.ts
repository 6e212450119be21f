/** Names of channels that are not public travel in their logs, as a message that only members can read. SPEC.md, CH-6. */
import { encodeContent, FIRST_HEAD, type MessageContent } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { addToOutbox } from '../tables/outbox.ts'

/** What every content says of where its sender stood: a reader who stands elsewhere sees two histories. */
export function sentFrom(context: Context, channelId: ChannelId): Pick<MessageContent, 'sent' | 'sentAt'> {
  const log = readChannel(context.database, channelId)?.log
  return { sent: { seq: log?.seq ?? 0, head: log?.head ?? FIRST_HEAD }, sentAt: context.now() }
}

/** Puts the channel's present name and topic into the outbox, for people who came in after they were last said. */
export function announceSettings(
  context: Context,
  channelId: ChannelId,
  change?: { name: string; topic: string },
): void {
  const row = readChannel(context.database, channelId)
  const { name, topic } = change ?? { name: row?.name ?? '', topic: row?.topic ?? '' }
  if (name === '') return
  addToOutbox(context.database, {
    clientId: context.newClientId(),
    channelId,
    createdAt: context.now(),
    content: encodeContent({ type: 'settings', name, topic, ...sentFrom(context, channelId) }),
  })
}
