/** Joining, adding, removing and leaving: who waits from now on (SPEC.md, CH-*). */
import { ProtocolError, type ChannelId, type Entry, type Input, type UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Call, Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { HOUR_MS, spend } from '../allowance.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { plainBytes } from '../stored-bytes.ts'
import { inTransaction } from '../transaction.ts'
import { checkAdmissions } from './admitting.ts'
import { announceRemoval, announceWaiting } from './announcement.ts'
import { demandUnarchived, lockChannel, type LockedChannel } from './locked-channel.ts'
import { appendNotices } from './notices.ts'
import { removeUser } from './removal.ts'
import { channelStanding } from './standing.ts'
import { readSummary } from './summary.ts'
import { waitToBeAdded } from './waiting.ts'

export const join: Handlers['channel.join'] = async ({ channelId }, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const waiting = await inTransaction(services.sql, async (transaction) => {
    const channel = await lockChannel(transaction, channelId)
    if (channel.kind !== 'public') throw new ProtocolError('forbidden')
    demandUnarchived(channel)
    const waiting = await waitToBeAdded(transaction, channelId, caller)
    if (waiting > 0) await spendJoin(transaction, channelId, caller, services)
    return waiting
  })
  if (waiting > 0) announceWaiting(services.bus, [channelId], [caller.userId])
  return { channel: await readSummary(services.sql, channelId, caller) }
}

/** Throws 'rate-limited': whoever comes and goes has others commit for it (LIM-5). */
async function spendJoin(
  transaction: TransactionSql,
  channelId: ChannelId,
  { userId }: DeviceCaller,
  services: Services,
): Promise<void> {
  const most = limitOf(services, 'joinsPerHour')
  await spend(transaction, services, { key: `join/${channelId}/${userId}`, most, refillMs: HOUR_MS })
}

interface KeyRow {
  readonly userId: UserId
  readonly identityKey: Buffer
  readonly known: boolean
}

/** Active users, and whether their identity key has a leaf here already. Throws 'not-found'. */
async function readNewMembers(
  transaction: TransactionSql,
  channelId: ChannelId,
  userIds: readonly UserId[],
): Promise<KeyRow[]> {
  const rows = await transaction<KeyRow[]>`
    select user_id as "userId", identity_key as "identityKey", exists (
      select from live_leaf l where l.channel_id = ${channelId} and l.identity_key = u.identity_key) as known
    from user_account u where user_id = any(${[...userIds]}::uuid[]) and active`
  if (rows.length < new Set(userIds).size) throw new ProtocolError('not-found')
  return [...rows]
}

/** What the members' commit would refuse anyway is refused here, in words. */
async function demandMayAdd(
  transaction: TransactionSql,
  { channelId, kind, admitters }: LockedChannel,
  caller: DeviceCaller,
  strangers: readonly { readonly admission?: Uint8Array }[],
): Promise<void> {
  if (kind === 'public' || strangers.length === 0) return
  if (kind === 'direct') throw new ProtocolError('forbidden', { reason: 'direct' })
  const { moderator } = await channelStanding(transaction, channelId, caller)
  if (admitters === 'moderators' && !moderator) throw new ProtocolError('forbidden', { reason: 'moderators' })
  const missing = strangers.some(({ admission }) => admission === undefined)
  if (missing) throw new ProtocolError('forbidden', { reason: 'admission' })
}

async function addMembers(
  transaction: TransactionSql,
  { channelId, members }: Input<'channel.add'>,
  caller: DeviceCaller,
  services: Services,
): Promise<Entry[]> {
  const channel = await lockChannel(transaction, channelId)
  demandUnarchived(channel)
  const found = await readNewMembers(
    transaction,
    channelId,
    members.map(({ userId }) => userId),
  )
  const known = new Set(found.filter((row) => row.known).map((row) => row.userId))
  const strangers = members.filter(({ userId }) => !known.has(userId))
  await demandMayAdd(transaction, channel, caller, strangers)
  const identityKeys = new Map(found.map((row) => [row.userId, plainBytes(row.identityKey)]))
  const admitted = await checkAdmissions(members, { channelId, identityKeys, now: services.clock() })
  const entries = await sayInvited(transaction, channel, strangers, services)
  for (const member of admitted) {
    const invitedSeq = entries.find(({ userId }) => userId === member.userId)?.entry.seq
    const waiting = await waitToBeAdded(transaction, channelId, { ...member, invitedSeq })
    if (waiting === 0 && !known.has(member.userId)) throw new ProtocolError('not-found')
  }
  return entries.map(({ entry }) => entry)
}

/** From here on they read, where the rule says so (EPO-12): once for each who does not wait or ask already. */
async function sayInvited(
  transaction: TransactionSql,
  channel: LockedChannel,
  strangers: readonly { readonly userId: UserId }[],
  services: Services,
): Promise<{ userId: UserId; entry: Entry }[]> {
  if (channel.kind !== 'private' || channel.history !== 'invited') return []
  const { channelId } = channel
  const rows = await transaction<{ userId: UserId }[]>`
    select user_id as "userId" from channel_waiting where channel_id = ${channelId} and kind = 'add'
    union select user_id from channel_request where channel_id = ${channelId}`
  const said = new Set(rows.map(({ userId }) => userId))
  const userIds = [...new Set(strangers.map(({ userId }) => userId))].filter((userId) => !said.has(userId))
  const notices = userIds.map((userId) => ({ type: 'invited' as const, userId }))
  const entries = await appendNotices(transaction, channel, notices, services)
  return entries.map((entry, index) => ({ userId: userIds[index]!, entry }))
}

export const add: Handlers['channel.add'] = async (input, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const entries = await inTransaction(services.sql, (transaction) =>
    addMembers(transaction, input, caller, services),
  )
  for (const entry of entries) services.bus.toChannel(input.channelId, { type: 'entry', entry })
  const userIds = input.members.map(({ userId }) => userId)
  announceWaiting(services.bus, [input.channelId], userIds)
  return {}
}

async function takeOut(
  { services, actor }: Call,
  channelId: ChannelId,
  userId: UserId,
): Promise<'done' | 'not-there'> {
  const removed = await inTransaction(services.sql, async (transaction) => {
    const done = await removeUser(transaction, channelId, userId)
    if (done && actor && actor.userId !== userId) {
      const note = { action: 'channel.member-removed', actor: actor.userId, subject: userId }
      await services.audit(transaction, { ...note, detail: { channelId } })
    }
    return done
  })
  if (removed) announceRemoval(services.bus, [channelId], [userId])
  return removed ? 'done' : 'not-there'
}

export const remove: Handlers['channel.remove'] = async ({ channelId, userId }, call) => {
  if ((await takeOut(call, channelId, userId)) === 'not-there') throw new ProtocolError('not-found')
  return {}
}

/** Once out, leaving again is no fault: the first answer may have been lost. */
export const leave: Handlers['channel.leave'] = async ({ channelId }, call) => {
  await takeOut(call, channelId, deviceCallerOf(call).userId)
  return {}
}
