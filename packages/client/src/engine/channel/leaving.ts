/** Leaving a channel, with all of one's devices. SPEC.md, CH-9, POL-10. */
import { policyOf, rosterOf } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import { IntentError } from '../../engine-api.ts'
import { sameBytes } from '../bytes.ts'
import { refreshChannel } from '../channel-list.ts'
import type { Context } from '../context.ts'
import { readPerson } from '../tables/people.ts'
import { loadGroup } from './group-store.ts'

/** Throws IntentError for the last moderator of a channel in which somebody could be one after them. */
export async function leaveChannel(context: Context, channelId: ChannelId): Promise<void> {
  demandSuccessor(context, channelId)
  await context.ports.transport.call('channel.leave', { channelId })
  await refreshChannel(context, channelId)
}

/** Nobody else could ever name a moderator again (POL-2). */
function demandSuccessor(context: Context, channelId: ChannelId): void {
  const group = loadGroup(context, channelId)
  if (!group) return
  const { userId, identityKey } = context.requireKeys()
  const moderates = (key: Uint8Array) => policyOf(group).moderators.some((each) => sameBytes(each, key))
  if (!moderates(identityKey)) return
  const others = rosterOf(group).filter((leaf) => leaf.userId !== userId)
  const couldFollow = others.some((leaf) => readPerson(context.database, leaf.userId)?.role !== 'guest')
  if (!couldFollow || others.some((leaf) => moderates(leaf.identityKey))) return
  throw new IntentError({
    code: 'invalid-input',
    message: 'You are the only moderator of this channel. Make somebody else one first, then leave.',
  })
}
