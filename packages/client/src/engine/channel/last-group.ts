/**
 * The last group of a channel that this device followed, kept while it has none: by it the device knows whom it may meet when it
 * comes in again, and goes on with it where what had ended it turns out not to be in the log. SPEC.md, GEN-3, GEN-8.
 */
import { checkEntrance, decodeGroup, epochOf, MlsRefused, policyOf, type MlsGroup } from '@reforms/crypto'
import type { ChannelId, UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readChannel, readGroupState, saveGroupState } from '../tables/channels.ts'
import { readCommitsAfter } from '../tables/entries.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { dropLastGroup, lastGroupName, loadGroup } from './group-store.ts'
import { decodeCommitPayload } from './history.ts'

interface LastGroup {
  state: Uint8Array
  /** The entry up to which it had followed the log; where the log was cut back, what is left of it. */
  seq: number
  /** Whether the log still leads to it. */
  inLog: boolean
  /** Whose commit ended it, where that leads nowhere (GEN-2). */
  offender?: UserId
}

interface Reason {
  /** The log here is cut back to this entry. */
  sharedSeq?: number
  offender?: UserId | undefined
}

/** Forgets the group for the time being. Within the step's transaction. */
export function setGroupAside(
  context: Context,
  channelId: ChannelId,
  { sharedSeq, offender }: Reason = {},
): void {
  const state = readGroupState(context.database, channelId)
  const seq = readChannel(context.database, channelId)?.groupSeq
  if (state && seq !== undefined) {
    const inLog = sharedSeq === undefined || seq <= sharedSeq
    const place = { state, seq: Math.min(seq, sharedSeq ?? seq), inLog }
    const last: LastGroup = { ...place, ...(offender ? { offender } : {}) }
    writeSetting(context.database, lastGroupName(channelId), last)
  }
  saveGroupState(context.database, channelId, undefined)
}

function read(context: Context, channelId: ChannelId): LastGroup | undefined {
  return readSetting(context.database, lastGroupName(channelId)) as LastGroup | undefined
}

export function lastGroup(context: Context, channelId: ChannelId): MlsGroup | undefined {
  const last = read(context, channelId)
  return last && decodeGroup(last.state)
}

/**
 * Whose commit is to be answered with the next generation (GEN-2): it leads nowhere, nobody has gone on from it, and this device may
 * found.
 */
export function offenderOf(context: Context, channelId: ChannelId): UserId | undefined {
  const last = read(context, channelId)
  if (!last?.offender || !mayFound(context, channelId)) return undefined
  return readCommitsAfter(context.database, channelId, last.seq).length === 1 ? last.offender : undefined
}

/** Within the step's transaction: the next generation was refused, so this device comes in to the present one. */
export function forgetOffender(context: Context, channelId: ChannelId): void {
  const last = read(context, channelId)
  if (!last?.offender) return
  const { state, seq, inLog } = last
  writeSetting(context.database, lastGroupName(channelId), { state, seq, inLog })
}

/** Whether this device may begin the next generation, as the last group's policy says (GEN-6). */
export function mayFound(context: Context, channelId: ChannelId): boolean {
  const group = lastGroup(context, channelId)
  if (!group) return false
  const { moderators } = policyOf(group)
  const { identityKey } = context.requireKeys()
  return moderators.length === 0 || moderators.some((key) => sameBytes(key, identityKey))
}

/** The log here is cut back to an entry. What ended the group may be gone with the rest: then it goes on. Within the step's transaction. */
export function takeUpLastGroup(context: Context, channelId: ChannelId, sharedSeq: number): void {
  const last = read(context, channelId)
  if (!last) return
  if (!last.inLog || last.seq > sharedSeq) {
    const cut: LastGroup = { state: last.state, seq: Math.min(last.seq, sharedSeq), inLog: false }
    return writeSetting(context.database, lastGroupName(channelId), cut)
  }
  const { generation, epoch } = epochOf(decodeGroup(last.state))
  saveGroupState(context.database, channelId, { state: last.state, seq: last.seq, generation, epoch })
  dropLastGroup(context, channelId)
}

/** Where the log still leads to the last group, an earlier state of it is one that the server has kept. */
function demandLater(last: MlsGroup, entered: MlsGroup): void {
  const [before, after] = [epochOf(last), epochOf(entered)]
  if (after.generation === before.generation && after.epoch <= before.epoch) {
    throw new MlsRefused('wrong-epoch', 'an earlier state of the group')
  }
}

/** Throws MlsRefused where the group that this device would enter is not the channel's, or holds somebody whom no member let in. */
export async function demandKnownPeople(
  context: Context,
  channelId: ChannelId,
  entered: MlsGroup,
): Promise<void> {
  const last = read(context, channelId)
  const group = last && decodeGroup(last.state)
  if (group && last.inLog) demandLater(group, entered)
  const since = last ? readCommitsAfter(context.database, channelId, last.seq) : []
  const commits = since.flatMap(({ payload }) => {
    const decoded = decodeCommitPayload(payload)
    return decoded?.type === 'commit' ? [decoded.commit] : []
  })
  await checkEntrance({ last: group ?? loadGroup(context, channelId), commits, entered, channelId })
}
