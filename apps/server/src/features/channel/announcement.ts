/** What people are told once a change of who is in a channel has been committed (SPEC.md, GW-*). */
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Bus } from '../../ports/call.ts'

/** Members may take the turn; the users concerned read the channel again. */
export function announceWaiting(
  bus: Bus,
  channelIds: readonly ChannelId[],
  userIds: readonly UserId[],
): void {
  for (const channelId of channelIds) {
    bus.toChannel(channelId, { type: 'turn-wanted', channelId, removal: false })
    bus.toUsers(userIds, { type: 'channel', channelId })
  }
}

/** Delivery to the removed stops first. */
export function announceRemoval(
  bus: Bus,
  channelIds: readonly ChannelId[],
  userIds: readonly UserId[],
): void {
  for (const channelId of channelIds) {
    bus.rosterChanged(channelId)
    bus.toChannel(channelId, { type: 'turn-wanted', channelId, removal: true })
    bus.toUsers(userIds, { type: 'channel', channelId })
  }
}
