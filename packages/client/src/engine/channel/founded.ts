/**
 * Meeting a founding in the log. A device follows only who was in the last epoch that it knows to be good: else a server could
 * begin a channel anew with people of its own, and be sent what is meant for its members. SPEC.md, GEN-4, GEN-6 and GEN-7.
 */
import { checkFounding, MlsRefused, policyOf, rosterOf, type MembersBefore } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import type { ChannelRow } from '../tables/channels.ts'
import { readNewestCommitBefore } from '../tables/entries.ts'
import { readEpoch, readMembersOf } from '../tables/epochs.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import type { CommitEntry } from './following.ts'
import { loadGroup } from './group-store.ts'
import { epochBegunBy, decodeCommitPayload } from './history.ts'
import { lastGroup } from './last-group.ts'

/** False: this device stays where it is, and says so. */
export async function mayFollowFounding(
  context: Context,
  entry: CommitEntry,
  groupInfo: Uint8Array,
): Promise<boolean> {
  const before = membersBefore(context, entry)
  if (!before) return true
  try {
    await checkFounding(before, { ...entry, groupInfo })
    return true
  } catch (error) {
    if (!(error instanceof MlsRefused)) throw error
    context.ports.log.warn('a founding was refused', { code: error.code, seq: entry.seq })
    return false
  }
}

/** Undefined where this device does not know who was in last: a newcomer, or one who had been removed. */
function membersBefore(context: Context, entry: CommitEntry): MembersBefore | undefined {
  const group = loadGroup(context, entry.channelId) ?? lastGroup(context, entry.channelId)
  if (group) return { leaves: rosterOf(group), policy: policyOf(group) }
  const last = readNewestCommitBefore(context.database, entry.channelId, entry.seq)
  const payload = last && decodeCommitPayload(last.payload)
  if (!payload) return undefined
  const { generation } = last
  if (!readEpoch(context.database, entry.channelId, generation, epochBegunBy(last, payload))) return undefined
  return { leaves: readMembersOf(context.database, entry.channelId, generation) }
}

const settingOf = (channelId: ChannelId) => `refused-generation/${channelId}`

/** Within the step's transaction. */
export function refuseGeneration(context: Context, { channelId, generation }: CommitEntry): void {
  writeSetting(context.database, settingOf(channelId), generation)
}

/** Within the step's transaction: what was refused before is over. */
export function acceptGeneration(context: Context, { channelId }: CommitEntry): void {
  if (refusedGeneration(context, channelId) > 0) writeSetting(context.database, settingOf(channelId), 0)
}

/** The newest generation of a channel that this device does not follow; 0 where there is none. */
export function refusedGeneration(context: Context, channelId: ChannelId): number {
  return Number(readSetting(context.database, settingOf(channelId)) ?? 0)
}

/** Whether the log has gone on to a generation that this device does not follow: it then neither enters nor sends. */
export function isLeftBehind(context: Context, { channelId, generation, groupSeq }: ChannelRow): boolean {
  const refused = refusedGeneration(context, channelId)
  return refused > 0 && (groupSeq === undefined || generation < refused)
}
