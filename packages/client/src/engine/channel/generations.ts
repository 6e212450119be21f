/**
 * The next generation of a group that nobody can go on with: founded by one device from the present policy; whoever had a
 * leaf is added again. DESIGN: "Generations"; SPEC.md, GEN-1 to GEN-4.
 */
import { createGroup, encodeGroup, epochOf, policyOf } from '@reforms/crypto'
import { encodeCbor, type ChannelId, type CommitPayload, type UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel, type ChannelRow } from '../tables/channels.ts'
import { savePendingCommit } from '../tables/pending-commits.ts'
import { COMMITS } from '../tables/plans.ts'
import { loadGroup } from './group-store.ts'
import { recordsToCarry, sealRecords } from './history.ts'
import { lastGroup } from './last-group.ts'
import { noteLeftOut } from './left-out.ts'

/**
 * Keeps a founding of the next generation for sending. Needs the state of the group that this device last followed, for its policy.
 * The offender, whose commit made it necessary, is not added again.
 */
export async function prepareGeneration(
  context: Context,
  channelId: ChannelId,
  offender?: UserId,
): Promise<void> {
  const row = readChannel(context.database, channelId)
  const old = loadGroup(context, channelId) ?? lastGroup(context, channelId)
  if (!row || !old) return
  const serverSide = await context.ports.transport.call('group.read', { channelId })
  const policy = policyOf(old)
  const generation = Math.max(epochOf(old).generation, serverSide.generation) + 1
  const founded = await createGroup({
    channelId,
    generation,
    policy,
    device: context.requireKeys(),
    now: context.now(),
  })
  const carried = policy.history === 'all' ? recordsToCarry(context, channelId, epochOf(old)) : []
  const history =
    carried.length > 0 ? await sealRecords(context, channelId, founded.record, carried) : undefined
  const payload: CommitPayload = {
    type: 'found',
    groupInfo: founded.groupInfo,
    ...(history ? { history } : {}),
  }
  context.database.transaction(() => {
    // In a direct channel the policy itself lets them in, and one's own devices are one's own affair.
    const leavesOut = offender && offender !== context.requireKeys().userId && policy.kind !== 'direct'
    if (leavesOut) noteLeftOut(context, channelId, { generation, userId: offender })
    savePendingCommit(context.database, {
      channelId,
      clientId: context.newClientId(),
      generation,
      epoch: 0,
      request: {
        operation: 'log.found',
        payload: encodeCbor(payload),
        groupInfo: founded.groupInfo,
        tree: founded.tree,
        newcomers: false,
      },
      groupState: encodeGroup(founded.group),
      record: founded.record,
    })
  })
}

/** Whether this device has begun the generation that it is in: it is in its log with the first commit of it. */
export function hasFounded({ database, keys }: Context, { channelId, generation }: ChannelRow): boolean {
  const [first] = database.all(
    `SELECT sender FROM entry ${COMMITS} WHERE channel_id = ? AND kind = 'commit' AND generation = ? ORDER BY seq LIMIT 1`,
    [channelId, generation],
  )
  return first?.['sender'] === keys?.deviceId
}
