/**
 * log.commit: an MLS commit becomes an entry, the roster changes and the epoch advances by one, all in one transaction
 * (SPEC.md, LOG-*). The costly check of the group runs in another thread before the channel's lock is taken, so that nobody waits
 * for it with a lock or a database connection in hand; under the lock the epoch is compared again. A channel's generation and
 * epoch name one stored state: both change only here and in found.ts, with the state, under that lock.
 */
import type { ChannelId, DeviceId, Entry, UserId } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import type { FollowedGroup } from '../../ports/group-follower.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { announceRemoval, announceWaiting } from '../channel/announcement.ts'
import { decodeCommitPayload, policyColumns, readGroup, storeGroup } from '../channel/group-state.ts'
import { demandUnarchived, lockChannel, type LockedChannel } from '../channel/locked-channel.ts'
import { changeRoster } from '../channel/roster.ts'
import { endTurn } from '../channel/turn.ts'
import { dropClaimed } from '../directory/key-package.ts'
import { deliverWelcome, type DeliveredEnvelope } from '../mailbox/mailbox.ts'
import { inTransaction } from '../transaction.ts'
import { demandEpoch, staleEpoch } from './acceptance.ts'
import { appendEntry, findPlaced, placeOf, type Placed } from './append.ts'
import { checkCommit, type CommitInput } from './commit-rules.ts'

/** Throws 'stale-epoch', 'commit-refused' or 'unavailable'. */
async function follow(
  input: CommitInput,
  { userId }: DeviceCaller,
  { sql, clock, groups }: Services,
): Promise<FollowedGroup> {
  const { commit } = decodeCommitPayload(input.payload, 'commit')
  const { state, ...place } = await readGroup(sql, input.channelId)
  if (place.generation !== input.generation || place.epoch !== input.epoch) throw staleEpoch(place)
  return groups.follow({ state, commit, groupInfo: input.groupInfo, now: clock() }, userId)
}

async function advance(transaction: TransactionSql, channelId: ChannelId, { name, policy }: FollowedGroup) {
  const { epoch } = name
  const { moderators, admitters, history, retentionDays } = policyColumns(policy)
  await transaction`
    update channel set epoch = ${epoch}, moderators = ${moderators}, admitters = ${admitters}, history = ${history},
      retention_days = ${retentionDays}
    where channel_id = ${channelId}`
}

/** What administrators look for afterwards: who was made a moderator, and what became of old messages (POL-10). */
async function recordPolicyChange(
  transaction: TransactionSql,
  channel: LockedChannel,
  { policy }: FollowedGroup,
  { caller, services }: { caller: DeviceCaller; services: Services },
): Promise<void> {
  const { moderators, history, retentionDays } = policyColumns(policy)
  const changes = {
    ...(sameKeys(moderators, channel.moderators) ? {} : { moderators: moderators.length }),
    ...(channel.history === null || channel.history === history ? {} : { history }),
    ...(channel.retentionDays === retentionDays ? {} : { retentionDays }),
  }
  if (Object.keys(changes).length === 0) return
  const note = { action: 'channel.policy-changed', actor: caller.userId, subject: channel.channelId }
  await services.audit(transaction, { ...note, detail: changes })
}

function sameKeys(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((key) => others.includes(key))
}

async function welcomeDevices(
  transaction: TransactionSql,
  { welcome, channelId }: CommitInput,
  { seq, at }: Placed,
  from: DeviceId,
): Promise<DeliveredEnvelope[]> {
  if (!welcome) return []
  const { payload, devices: deviceIds } = welcome
  return deliverWelcome(transaction, { payload, deviceIds, channelId, seq, from, at })
}

interface Accepted {
  readonly entry: Entry
  readonly delivered: DeliveredEnvelope[]
  readonly waiting: { readonly add: boolean; readonly remove: boolean }
}

async function readWaitingKinds(transaction: TransactionSql, channelId: ChannelId) {
  const rows = await transaction<{ kind: 'add' | 'remove' }[]>`
    select distinct kind from channel_waiting where channel_id = ${channelId}`
  const kinds = new Set(rows.map(({ kind }) => kind))
  return { add: kinds.has('add'), remove: kinds.has('remove') }
}

async function apply(
  transaction: TransactionSql,
  channel: LockedChannel,
  followed: FollowedGroup,
  { input, caller, services }: { input: CommitInput; caller: DeviceCaller; services: Services },
): Promise<Accepted> {
  const { channelId, generation, epoch, clientId, payload, groupInfo } = input
  const sent = { kind: 'commit', generation, epoch, clientId, payload, at: services.clock() } as const
  const entry = await appendEntry(transaction, channel, { ...sent, sender: caller })
  await advance(transaction, channelId, followed)
  await recordPolicyChange(transaction, channel, followed, { caller, services })
  await storeGroup(transaction, channelId, followed.state, groupInfo)
  await changeRoster(transaction, channelId, { ...followed, seq: entry.seq })
  if (channel.turnDevice === caller.deviceId) await endTurn(transaction, services, channelId)
  const addedIds = followed.added.map(({ deviceId }) => deviceId)
  await dropClaimed(transaction, addedIds, channelId, 'used')
  const delivered = await welcomeDevices(transaction, input, entry, caller.deviceId)
  return { entry, delivered, waiting: await readWaitingKinds(transaction, channelId) }
}

async function acceptCommit(
  transaction: TransactionSql,
  followed: FollowedGroup,
  context: { input: CommitInput; caller: DeviceCaller; services: Services },
): Promise<Accepted | { readonly earlier: Placed }> {
  const { input, caller, services } = context
  const channel = await lockChannel(transaction, input.channelId)
  const earlier = await findPlaced(transaction, input.channelId, caller.deviceId, input.clientId)
  if (earlier) return { earlier }
  demandUnarchived(channel)
  demandEpoch(channel, input)
  await checkCommit(transaction, channel, followed, input, { caller, services })
  return apply(transaction, channel, followed, context)
}

/** Subscriptions first: who came in gets the entry, who went out does not (LOG-13). */
function announce({ bus }: Services, { entry, delivered, waiting }: Accepted, followed: FollowedGroup): void {
  const { channelId } = entry
  const concerned = [...followed.added, ...followed.removed].map(({ userId }) => userId)
  const userIds = [...new Set<UserId>(concerned)]
  if (userIds.length > 0) bus.rosterChanged(channelId)
  bus.toChannel(channelId, { type: 'entry', entry })
  for (const { deviceId, id } of delivered) bus.toDevice(deviceId, { type: 'mailbox', id })
  bus.toUsers(userIds, { type: 'channel', channelId })
  if (waiting.remove) announceRemoval(bus, [channelId], [])
  else if (waiting.add) announceWaiting(bus, [channelId], [])
}

export const commit: Handlers['log.commit'] = async (input, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const before = await findPlaced(services.sql, input.channelId, caller.deviceId, input.clientId)
  if (before) return before
  const followed = await follow(input, caller, services)
  const outcome = await inTransaction(services.sql, (transaction) =>
    acceptCommit(transaction, followed, { input, caller, services }),
  )
  if ('earlier' in outcome) return outcome.earlier
  announce(services, outcome, followed)
  return placeOf(outcome.entry)
}
