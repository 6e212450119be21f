/**
 * log.found: the next generation of a group that nobody can mend (SPEC.md, GEN-2, GEN-4, GEN-5). Its founder begins alone; who was in
 * waits to be added again. Moderators may, or any member where the policy names none.
 */
import { readStoredGroup } from '@reforms/crypto/public'
import {
  encodeCbor,
  ProtocolError,
  type ChannelId,
  type Entry,
  type Input,
  type UserId,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { HOUR_MS, spend } from '../allowance.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { announceWaiting } from '../channel/announcement.ts'
import { openFounded, readGroup, refuseCommit, storeGroup, type Founded } from '../channel/group-state.ts'
import { demandUnarchived, lockChannel, type LockedChannel } from '../channel/locked-channel.ts'
import { demandListed, replaceRoster } from '../channel/roster.ts'
import { demandLiveLeaf } from '../channel/turn.ts'
import { waitToBeAdded } from '../channel/waiting.ts'
import { sameBytes, toHex } from '../stored-bytes.ts'
import { inTransaction } from '../transaction.ts'
import { staleEpoch } from './acceptance.ts'
import { appendEntry, findPlaced, placeOf, type Placed } from './append.ts'

type Founding = Input<'log.found'>

/**
 * Throws 'forbidden' or 'commit-refused': a moderator founds where there are any (GEN-6), and the policy goes on as it was. Of the
 * channel's policy, whatever the role here: the others follow nobody else, so that it would be the end of the channel.
 */
async function checkFounder(
  transaction: TransactionSql,
  { channelId, moderators }: LockedChannel,
  founded: Founded,
  caller: DeviceCaller,
): Promise<void> {
  await demandLiveLeaf(transaction, channelId, caller.deviceId)
  const moderates = moderators.length === 0 || moderators.includes(toHex(founded.founder.identityKey))
  if (!moderates) throw new ProtocolError('forbidden', { reason: 'moderators' })
  const { state } = await readGroup(transaction, channelId)
  const { policy } = readStoredGroup(state)
  if (!sameBytes(encodeCbor(policy), encodeCbor(founded.policy))) {
    throw refuseCommit('policy-not-allowed')
  }
  await demandListed(transaction, [founded.founder])
}

/** Throws 'rate-limited': everybody has to come in again (LIM-5). */
async function spendFounding(
  transaction: TransactionSql,
  channelId: ChannelId,
  { userId }: DeviceCaller,
  services: Services,
): Promise<void> {
  const most = limitOf(services, 'foundingsPerHour')
  await spend(transaction, services, { key: `found/${channelId}/${userId}`, most, refillMs: HOUR_MS })
}

interface Begun {
  readonly entry: Entry
  readonly userIds: UserId[]
}

async function beginGeneration(
  transaction: TransactionSql,
  channel: LockedChannel,
  founded: Founded,
  { input, caller, services }: { input: Founding; caller: DeviceCaller; services: Services },
): Promise<Begun> {
  const { channelId, generation, clientId, payload, groupInfo } = input
  const sent = { kind: 'commit', generation, epoch: 0, clientId, payload, at: services.clock() } as const
  const entry = await appendEntry(transaction, channel, { ...sent, sender: caller })
  await transaction`
    update channel set generation = ${generation}, epoch = 0, turn_id = null, turn_device = null, turn_until = 0,
      turn_rest_until = 0
    where channel_id = ${channelId}`
  await storeGroup(transaction, channelId, founded.state, groupInfo)
  const userIds = await replaceRoster(transaction, channelId, founded.founder, entry.seq)
  for (const userId of userIds) await waitToBeAdded(transaction, channelId, { userId })
  return { entry, userIds }
}

async function foundOnce(
  transaction: TransactionSql,
  founded: Founded,
  context: { input: Founding; caller: DeviceCaller; services: Services },
): Promise<Begun | { readonly earlier: Placed }> {
  const { input, caller, services } = context
  const channel = await lockChannel(transaction, input.channelId)
  const earlier = await findPlaced(transaction, input.channelId, caller.deviceId, input.clientId)
  if (earlier) return { earlier }
  demandUnarchived(channel)
  if (input.generation !== channel.generation + 1) throw staleEpoch(channel)
  await checkFounder(transaction, channel, founded, caller)
  await spendFounding(transaction, input.channelId, caller, services)
  return beginGeneration(transaction, channel, founded, context)
}

export const found: Handlers['log.found'] = async (input, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const founded = await openFounded(input, input, { caller, services })
  const outcome = await inTransaction(services.sql, (transaction) =>
    foundOnce(transaction, founded, { input, caller, services }),
  )
  if ('earlier' in outcome) return outcome.earlier
  const { entry, userIds } = outcome
  services.bus.rosterChanged(input.channelId)
  services.bus.toChannel(input.channelId, { type: 'entry', entry })
  announceWaiting(services.bus, [input.channelId], userIds)
  return placeOf(entry)
}
