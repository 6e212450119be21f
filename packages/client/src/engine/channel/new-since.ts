/**
 * "New since" stands where reading had come to when a channel was opened, and again when the connection came back to a channel that is
 * looked at: what is read as it arrives would otherwise have no line that tells it from what was read before.
 */
import type { ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel, type ChannelRow } from '../tables/channels.ts'

/** Which channel some visible tab shows, if any. */
export function focus(context: Context, channelId: ChannelId | undefined): void {
  if (context.focused === channelId) return
  context.focused = channelId
  if (!channelId) return
  const row = readChannel(context.database, channelId)
  if (row && hasUnread(row)) context.firstUnread.set(channelId, row.readSeq + 1)
  else context.firstUnread.delete(channelId)
  context.channelChanged(channelId)
}

/** The server has told how far its logs go: what follows in the channel that is looked at was missed. */
export function noteMissed(context: Context): void {
  const { focused } = context
  if (!focused) return
  const row = readChannel(context.database, focused)
  if (!row?.log || !hasUnread(row)) return
  const isReadUpToHere = row.readSeq >= row.log.seq
  if (context.firstUnread.has(focused) && !isReadUpToHere) return
  context.firstUnread.set(focused, row.readSeq + 1)
  context.channelChanged(focused)
}

/** Here, or on the server. Who has never read anything has just come in. */
function hasUnread({ readSeq, log, serverSeq }: ChannelRow): boolean {
  return readSeq > 0 && log !== undefined && readSeq < Math.max(log.seq, serverSeq)
}
