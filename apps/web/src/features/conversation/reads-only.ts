/** Where only moderators write, others react and answer in threads. It only spares people a refusal. */
import type { ChannelView } from '@reforms/client'

export function readsOnly(channel: Pick<ChannelView, 'writers' | 'namedModerator'>): boolean {
  return channel.writers === 'moderators' && !channel.namedModerator
}
