/**
 * Whoever made a commit that leads nowhere is not added again to the generation that this device founds for it: they are taken off
 * the list of who waits before anybody is added. SPEC.md, GEN-4.
 */
import { ERRORS, ProtocolError, type ChannelId, type UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import type { ChannelRow } from '../tables/channels.ts'
import { readSetting, removeSetting, writeSetting } from '../tables/settings.ts'

interface LeftOut {
  generation: number
  userId: UserId
}

const settingOf = (channelId: ChannelId) => `left-out/${channelId}`

/** Within the transaction that keeps the founding. */
export function noteLeftOut(context: Context, channelId: ChannelId, left: LeftOut): void {
  writeSetting(context.database, settingOf(channelId), left)
}

/** Within the step's transaction: the founding was refused. */
export function forgetLeftOut(context: Context, channelId: ChannelId): void {
  removeSetting(context.database, settingOf(channelId))
}

/** Where that generation has begun. False where there is nobody to leave out. */
export async function leaveOut(context: Context, { channelId, generation }: ChannelRow): Promise<boolean> {
  const left = readSetting(context.database, settingOf(channelId)) as LeftOut | undefined
  if (!left || generation < left.generation) return false
  if (generation === left.generation) await takeOut(context, channelId, left.userId)
  context.database.transaction(() => forgetLeftOut(context, channelId))
  return true
}

async function takeOut(context: Context, channelId: ChannelId, userId: UserId): Promise<void> {
  try {
    await context.ports.transport.call('channel.remove', { channelId, userId })
  } catch (error) {
    // Gone already, say: the first answer was lost, or another moderator was quicker. The channel must not wait for it.
    if (!(error instanceof ProtocolError) || ERRORS[error.code].retryable) throw error
  }
}
