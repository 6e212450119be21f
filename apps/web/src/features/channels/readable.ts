/** The one sentence about who can read a conversation. */
import type { ChannelView } from '@reforms/client'
import { text } from '../../text/index.ts'

export function readableBy(channel: Pick<ChannelView, 'kind' | 'members'>): string {
  if (channel.kind !== 'direct') return text.conversation.readable
  return channel.members.length <= 2 ? text.conversation.readableDirect : text.conversation.readableGroup
}
