/**
 * What the server asks of a commit besides what every member checks (SPEC.md, LOG-11, TURN-6, TURN-7). The group's own rules are
 * followCommit's; these are about the session, the turn and those who wait. Callers hold the channel's row lock.
 *
 * 1. The committer is the session's device.
 * 2. A member's commit needs a leaf that stays, and the turn. It brings in only who waits to be added. It takes out all who
 *    wait to be removed, and else only devices of the committer's own user.
 * 3. An external commit is for a device that waits to be added, or whose leaf is in (it lost its state); while another
 *    device holds the turn it waits.
 * 4. A commit that brings nobody in or out is for each member to make only so often (LIM-5): all others pay for it.
 * 5. No guest changes the policy, also one whom it names: roles are the server's to know (GUEST-1).
 * 6. Every leaf that comes in stands for a listed device that was not cut.
 */
import { ProtocolError, type ChannelId, type DeviceId, type Input } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Services } from '../../ports/call.ts'
import type { FollowedGroup } from '../../ports/group-follower.ts'
import { limitOf } from '../../ports/limits.ts'
import { HOUR_MS, spend } from '../allowance.ts'
import type { DeviceCaller } from '../caller.ts'
import { refuseCommit } from '../channel/group-state.ts'
import type { LockedChannel } from '../channel/locked-channel.ts'
import { demandListed } from '../channel/roster.ts'
import { demandLiveLeaf, isHeld } from '../channel/turn.ts'

export type CommitInput = Input<'log.commit'>

async function readWaiting(
  transaction: TransactionSql,
  channelId: ChannelId,
  kind: 'add' | 'remove',
): Promise<Set<DeviceId>> {
  const rows = await transaction<{ deviceId: DeviceId }[]>`
    select device_id as "deviceId" from channel_waiting where channel_id = ${channelId} and kind = ${kind}`
  return new Set(rows.map(({ deviceId }) => deviceId))
}

function demandTurn(channel: LockedChannel, turnId: string | undefined, { deviceId }: DeviceCaller): void {
  if (turnId === undefined || channel.turnId !== turnId || channel.turnDevice !== deviceId) {
    throw new ProtocolError('turn-busy')
  }
}

async function checkMemberCommit(
  transaction: TransactionSql,
  channel: LockedChannel,
  { added, removed }: FollowedGroup,
  caller: DeviceCaller,
): Promise<void> {
  const { channelId } = channel
  await demandLiveLeaf(transaction, channelId, caller.deviceId)
  const joining = await readWaiting(transaction, channelId, 'add')
  if (added.some(({ deviceId }) => !joining.has(deviceId))) throw refuseCommit('not-waiting')
  const leaving = await readWaiting(transaction, channelId, 'remove')
  const foreign = removed.some((leaf) => leaf.userId !== caller.userId && !leaving.has(leaf.deviceId))
  if (foreign) throw refuseCommit('not-leaving')
  const gone = new Set(removed.map(({ deviceId }) => deviceId))
  if ([...leaving].some((deviceId) => !gone.has(deviceId))) throw refuseCommit('removal-missing')
}

async function checkExternalCommit(
  transaction: TransactionSql,
  channel: LockedChannel,
  { deviceId }: DeviceCaller,
  services: Services,
): Promise<void> {
  const now = services.clock()
  const busy = channel.turnDevice !== deviceId && isHeld(services, channel, now)
  if (busy) throw new ProtocolError('turn-busy', { retryAfterMs: channel.turnUntil - now })
  const waits = (await readWaiting(transaction, channel.channelId, 'add')).has(deviceId)
  if (!waits) await demandLiveLeaf(transaction, channel.channelId, deviceId)
}

/** The Welcome is for exactly those who come in by it. */
function checkWelcome({ added, external }: FollowedGroup, welcome: CommitInput['welcome']): void {
  const expected = external ? [] : added.map(({ deviceId }) => deviceId)
  const named = welcome?.devices ?? []
  const fits = named.length === expected.length && expected.every((deviceId) => named.includes(deviceId))
  if (!fits || (welcome !== undefined && expected.length === 0)) throw refuseCommit('bad-welcome')
}

/** Throws 'rate-limited'. */
async function spendIdle(
  transaction: TransactionSql,
  services: Services,
  { channelId }: LockedChannel,
  { added, removed }: FollowedGroup,
  { userId }: DeviceCaller,
): Promise<void> {
  const joining = await readWaiting(transaction, channelId, 'add')
  const leaving = await readWaiting(transaction, channelId, 'remove')
  const useful =
    added.some(({ deviceId }) => joining.has(deviceId)) ||
    removed.some(({ deviceId }) => leaving.has(deviceId))
  if (useful) return
  const most = limitOf(services, 'idleCommitsPerHour')
  await spend(transaction, services, { key: `commit/${channelId}/${userId}`, most, refillMs: HOUR_MS })
}

/** Throws 'forbidden', 'turn-busy', 'commit-refused' or 'rate-limited'. */
export async function checkCommit(
  transaction: TransactionSql,
  channel: LockedChannel,
  followed: FollowedGroup,
  input: CommitInput,
  { caller, services }: { readonly caller: DeviceCaller; readonly services: Services },
): Promise<void> {
  const { committer, external } = followed
  if (committer.deviceId !== caller.deviceId || committer.userId !== caller.userId) {
    throw refuseCommit('wrong-device')
  }
  if (followed.changesPolicy && caller.role === 'guest')
    throw new ProtocolError('forbidden', { reason: 'guest' })
  if (external) {
    await checkExternalCommit(transaction, channel, caller, services)
  } else {
    await checkMemberCommit(transaction, channel, followed, caller)
    demandTurn(channel, input.turnId, caller)
  }
  await demandListed(transaction, followed.added)
  checkWelcome(followed, input.welcome)
  await spendIdle(transaction, services, channel, followed, caller)
}
