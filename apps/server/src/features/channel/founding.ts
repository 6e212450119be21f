/**
 * channel.create: a channel begins with its first group, whose one leaf is its creator's device, and whose founding is
 * entry 1 of its log (SPEC.md, CH-*, GEN-1).
 */
import { FIRST_HEAD } from '@reforms/crypto/public'
import {
  encodeCbor,
  ProtocolError,
  type ChannelId,
  type Entry,
  type Input,
  type Output,
  type UserId,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { limitOf } from '../../ports/limits.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { appendEntry } from '../log/append.ts'
import { plainBytes, sameBytes, toHex } from '../stored-bytes.ts'
import { inTransaction, type Query } from '../transaction.ts'
import { checkAdmissions } from './admitting.ts'
import { openFounded, policyColumns, refuseCommit, storeGroup, type Founded } from './group-state.ts'
import { changeRoster, demandListed } from './roster.ts'
import { readSummary } from './summary.ts'
import { waitToBeAdded, type Admitted } from './waiting.ts'

type Creation = Input<'channel.create'>

async function demandAllowed({ kind, name, topic }: Creation, { role }: DeviceCaller, services: Services) {
  if (kind !== 'public') {
    const plain = name !== undefined || topic !== undefined
    if (plain)
      throw new ProtocolError('invalid-input', { path: '/name', problem: 'is for public channels only' })
    return
  }
  if (name === undefined) throw new ProtocolError('invalid-input', { path: '/name', problem: 'is missing' })
  const { publicChannels } = await services.settings()
  if (publicChannels === 'administrators' && role !== 'administrator') throw new ProtocolError('forbidden')
}

/** The active users that are to be in, the creator among them. Throws 'not-found'. */
async function identityKeysOf(sql: Query, userIds: readonly UserId[]): Promise<Map<UserId, Uint8Array>> {
  const rows = await sql<{ userId: UserId; identityKey: Buffer }[]>`
    select user_id as "userId", identity_key as "identityKey" from user_account
    where user_id = any(${[...userIds]}::uuid[]) and active`
  if (rows.length < userIds.length) throw new ProtocolError('not-found')
  return new Map(rows.map(({ userId, identityKey }) => [userId, plainBytes(identityKey)]))
}

function checkPolicy(
  { kind }: Creation,
  { policy }: Founded,
  identityKeys: ReadonlyMap<UserId, Uint8Array>,
): void {
  if (policy.kind !== kind) throw refuseCommit('policy-not-allowed')
  const named = policy.participants.map(toHex).sort()
  const expected = kind === 'direct' ? [...identityKeys.values()].map(toHex).sort() : []
  if (!sameBytes(encodeCbor(named), encodeCbor(expected))) throw refuseCommit('policy-not-allowed')
}

interface Plan {
  readonly input: Creation
  readonly caller: DeviceCaller
  readonly founded: Founded
  readonly participants: UserId[]
  readonly admitted: readonly Admitted[]
}

/** What is there already: this very channel, after a lost answer, or the direct channel of the same people. */
async function findExisting(sql: Query, { input, caller, participants }: Omit<Plan, 'founded' | 'admitted'>) {
  const { kind, channelId, clientId } = input
  const [same] = await sql<{ mine: boolean }[]>`
    select exists (select from log_entry e where e.channel_id = c.channel_id and e.seq = 1
      and e.sender = ${caller.deviceId} and e.client_id = ${clientId}) as mine
    from channel c where channel_id = ${channelId}`
  if (same && !same.mine) throw new ProtocolError('already-exists')
  if (same) return { channelId, existing: false }
  if (kind !== 'direct') return undefined
  const [direct] = await sql<{ channelId: ChannelId }[]>`
    select channel_id as "channelId" from channel where direct_key = ${participants.join()}`
  return direct && { channelId: direct.channelId, existing: true }
}

async function demandRoom(transaction: TransactionSql, services: Services, userId: UserId): Promise<void> {
  const [row] = await transaction<{ made: number }[]>`
    select count(*)::int as made from channel where created_by = ${userId}`
  if ((row?.made ?? 0) >= limitOf(services, 'channelsPerUser')) throw new ProtocolError('too-many')
}

/** False when another channel has taken the id, the name or the place of the direct channel. */
async function insertChannel(transaction: TransactionSql, plan: Plan, now: number): Promise<boolean> {
  const { input, caller, founded, participants } = plan
  const { channelId, kind, name, topic } = input
  const { moderators, admitters, history, retentionDays } = policyColumns(founded.policy)
  const direct = kind === 'direct'
  const rows = await transaction`
    insert into channel (channel_id, kind, name, topic, direct_key, participants, created_by, created_at,
      generation, epoch, seq, head, moderators, admitters,
      history, retention_days)
    values (${channelId}, ${kind}, ${name ?? null}, ${topic ?? null}, ${direct ? participants.join() : null},
      ${direct ? participants : null}::uuid[], ${caller.userId}, ${now}, 1, 0, 0, ${FIRST_HEAD}, ${moderators},
      ${admitters}, ${history}, ${retentionDays})
    on conflict do nothing returning channel_id`
  return rows.length > 0
}

async function begin(transaction: TransactionSql, plan: Plan, now: number): Promise<Entry> {
  const { input, caller, founded, admitted } = plan
  const { channelId, clientId, payload, groupInfo } = input
  await demandListed(transaction, [founded.founder])
  await storeGroup(transaction, channelId, founded.state, groupInfo)
  const entry = await appendEntry(
    transaction,
    { channelId, seq: 0, head: FIRST_HEAD },
    { kind: 'commit', generation: 1, epoch: 0, sender: caller, clientId, at: now, payload },
  )
  await changeRoster(transaction, channelId, { added: [founded.founder], removed: [], seq: entry.seq })
  await waitToBeAdded(transaction, channelId, { userId: caller.userId })
  for (const member of admitted) {
    if ((await waitToBeAdded(transaction, channelId, member)) === 0) throw new ProtocolError('not-found')
  }
  return entry
}

interface Created {
  readonly channelId: ChannelId
  readonly existing: boolean
  /** Absent when nothing was made. */
  readonly entry?: Entry
}

async function createOnce(transaction: TransactionSql, plan: Plan, services: Services): Promise<Created> {
  const existing = await findExisting(transaction, plan)
  if (existing) return existing
  await demandRoom(transaction, services, plan.caller.userId)
  const now = services.clock()
  if (await insertChannel(transaction, plan, now)) {
    const entry = await begin(transaction, plan, now)
    return { channelId: plan.input.channelId, existing: false, entry }
  }
  // Somebody was faster: with the same direct channel, which is as good, or with the same name.
  const faster = await findExisting(transaction, plan)
  if (faster) return faster
  throw new ProtocolError('name-taken')
}

async function planOf(input: Creation, caller: DeviceCaller, services: Services): Promise<Plan> {
  await demandAllowed(input, caller, services)
  const others = input.members.map(({ userId }) => userId).filter((userId) => userId !== caller.userId)
  const participants = [...new Set([caller.userId, ...others])].sort()
  const identityKeys = await identityKeysOf(services.sql, participants)
  const founded = await openFounded(
    input,
    { channelId: input.channelId, generation: 1 },
    { caller, services },
  )
  checkPolicy(input, founded, identityKeys)
  const members = input.members.filter(({ userId }) => userId !== caller.userId)
  const { channelId } = input
  const admitted = await checkAdmissions(members, { channelId, identityKeys, now: services.clock() })
  return { input, caller, founded, participants, admitted }
}

export const create: Handlers['channel.create'] = async (input, call): Promise<Output<'channel.create'>> => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const plan = await planOf(input, caller, services)
  const created = await inTransaction(services.sql, (transaction) => createOnce(transaction, plan, services))
  const { channelId, existing, entry } = created
  if (entry) {
    services.bus.rosterChanged(channelId)
    services.bus.toUsers(plan.participants, { type: 'channel', channelId })
    services.bus.toChannel(channelId, { type: 'turn-wanted', channelId, removal: false })
  }
  return { channel: await readSummary(services.sql, channelId, caller), existing }
}
