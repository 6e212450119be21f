/** Taking the turn: one commit removes whoever waits to go and adds whoever waits to come. SPEC.md, TURN-1 to TURN-6. */
import {
  commitChanges,
  encodeCommitEvidence,
  encodeGroup,
  epochOf,
  MlsRefused,
  policyOf,
  rosterOf,
  signAdmission,
  verifyAccountStatement,
  type MemberCommit,
  type MlsGroup,
} from '@reforms/crypto'
import {
  encodeCbor,
  type ChannelId,
  type ChannelPolicy,
  type ClientId,
  type CommitPayload,
  type DeviceId,
  type Output,
} from '@reforms/protocol'
import { loggedOf } from '../account/leaf-proofs.ts'
import { strangerWords } from '../account/logged-keys.ts'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { savePendingCommit, type CommitRequest } from '../tables/pending-commits.ts'
import { wasInGeneration } from '../tables/epochs.ts'
import { nameOfPerson } from '../tables/people.ts'
import { loadGroup } from './group-store.ts'
import { recordsToCarry, sealRecords } from './history.ts'
import { wishedPolicy } from './policy-change.ts'
import { noteTrouble } from './trouble.ts'

type Turn = Output<'turn.take'>

interface GrantedTurn extends Turn {
  turnId: ClientId
  /** As it is to be from this commit on, where it is to change. */
  policy: ChannelPolicy | undefined
}

/** Long enough for a device that is off over a holiday. */
const READMISSION_MS = 30 * 24 * 60 * 60 * 1000

export type TurnOutcome =
  | { kind: 'prepared'; turnId: string }
  | { kind: 'nothing' }
  | { kind: 'later'; afterMs: number }
  | { kind: 'behind' }

/** `renew`: commit even when nobody waits and no policy is to be changed, since the epoch is old. */
export async function takeTurn(context: Context, channelId: ChannelId, renew: boolean): Promise<TurnOutcome> {
  const turn = await context.ports.transport.call('turn.take', { channelId })
  if (!turn.granted || !turn.turnId) return { kind: 'later', afterMs: Math.max(turn.retryAfterMs, 50) }
  const row = readChannel(context.database, channelId)
  const group = loadGroup(context, channelId)
  if (!row || !group || row.generation !== turn.generation || row.epoch !== turn.epoch) {
    await release(context, channelId, turn.turnId, [])
    return { kind: 'behind' }
  }
  const wanted = stillWanted(group, turn)
  const policy = wishedPolicy(context, group, channelId)
  if (wanted.adds.length + wanted.removes.length === 0 && !renew && !policy) {
    await release(context, channelId, turn.turnId, [])
    return { kind: 'nothing' }
  }
  return prepare(context, channelId, group, { ...turn, ...wanted, policy, turnId: turn.turnId })
}

/** Who is to be added and is not in, who is to be removed and is: the roster decides, not the list. */
function stillWanted(group: MlsGroup, turn: Turn): Pick<Turn, 'adds' | 'removes'> {
  const devices = new Set(rosterOf(group).map((leaf) => leaf.deviceId))
  return {
    adds: turn.adds.filter((add) => !devices.has(add.deviceId)),
    removes: turn.removes.filter((leaf) => devices.has(leaf.deviceId)),
  }
}

async function release(
  context: Context,
  channelId: ChannelId,
  turnId: string,
  unusable: DeviceId[],
): Promise<void> {
  await context.ports.transport.call('turn.release', { channelId, turnId: turnId as never, unusable })
}

async function prepare(
  context: Context,
  channelId: ChannelId,
  group: MlsGroup,
  turn: GrantedTurn,
): Promise<TurnOutcome> {
  const { policy, turnId } = turn
  const { adds, unusable } = await usableAdds(context, group, turn)
  if (unusable.length > 0) sayWhoIsLeftOut(context, channelId, turn, unusable)
  if (unusable.length > 0 && adds.length + turn.removes.length === 0 && !policy) {
    await release(context, channelId, turnId, unusable)
    return { kind: 'nothing' }
  }
  const made = await commit(context, group, adds, turn.removes, policy)
  await keep(context, channelId, group, made, turn)
  return { kind: 'prepared', turnId }
}

function sayWhoIsLeftOut(context: Context, channelId: ChannelId, turn: Turn, unusable: DeviceId[]): void {
  const left = turn.adds.filter(({ deviceId }) => unusable.includes(deviceId))
  const names = [...new Set(left.map(({ userId }) => nameOfPerson(context.database, userId)))].join(', ')
  const words = `What the server gave for adding ${names} does not verify, so it was not used.`
  noteTrouble(context, channelId, 'addition', words)
}

async function commit(
  context: Context,
  group: MlsGroup,
  adds: Turn['adds'],
  removes: Turn['removes'],
  policy?: ChannelPolicy,
): Promise<MemberCommit> {
  return commitChanges({
    group,
    adds,
    removes: removes.map((leaf) => leaf.deviceId),
    ...(policy ? { policy } : {}),
    authenticatedData: await evidenceFor(context, group, adds),
    now: context.now(),
  })
}

async function evidenceFor(context: Context, group: MlsGroup, adds: Turn['adds']): Promise<Uint8Array> {
  const users = [...new Map(adds.map((add) => [add.userId, add])).values()]
  const admissions = await Promise.all(users.map((add) => admissionFor(context, group, add)))
  return encodeCommitEvidence({
    admissions: admissions.flatMap((admission) => admission ?? []),
    proofs: users.map(({ account, devices }) => ({ account, devices })),
  })
}

/** Whoever was in the generation before comes back on this device's own word; others bring somebody's (GEN-4). */
async function admissionFor(
  context: Context,
  group: MlsGroup,
  add: Turn['adds'][number],
): Promise<Uint8Array | undefined> {
  const { channelId, generation } = epochOf(group)
  if (add.admission || generation === 1 || policyOf(group).kind !== 'private') return add.admission
  const { identityKey } = await verifyAccountStatement(add.account)
  if (!wasInGeneration(context.database, channelId, generation - 1, identityKey)) return undefined
  const expiry = context.now() + READMISSION_MS
  return signAdmission(context.requireKeys().signature, { channelId, identityKey, expiry })
}

/** Finds the additions that do not fit by trying them alone, where all together are refused. */
async function usableAdds(
  context: Context,
  group: MlsGroup,
  turn: Turn,
): Promise<{ adds: Turn['adds']; unusable: DeviceId[] }> {
  const logged = await loggedAdds(context, turn.adds)
  const complete = logged.length === turn.adds.length
  if (complete && (await fits(context, group, logged))) return { adds: logged, unusable: [] }
  const fitting: Turn['adds'] = []
  for (const add of logged) if (await fits(context, group, [add])) fitting.push(add)
  const unusable = turn.adds.filter((add) => !fitting.includes(add)).map((add) => add.deviceId)
  return { adds: fitting, unusable }
}

/** The server hands over the documents that prove a device: those that the key log does not name prove nothing (POL-4, KL-4). */
async function loggedAdds(context: Context, adds: Turn['adds']): Promise<Turn['adds']> {
  const logged = await loggedOf(context, adds)
  for (const { userId } of adds.filter((add) => !logged.includes(add))) {
    context.warn(`keys/${userId}`, strangerWords(context, userId))
  }
  return logged
}

async function fits(context: Context, group: MlsGroup, adds: Turn['adds']): Promise<boolean> {
  if (adds.length === 0) return true
  try {
    await commit(context, group, adds, [])
    return true
  } catch (error) {
    if (!(error instanceof MlsRefused)) throw error
    context.ports.log.warn('somebody cannot be added', { code: error.code })
    return false
  }
}

async function keep(
  context: Context,
  channelId: ChannelId,
  group: MlsGroup,
  made: MemberCommit,
  turn: Turn,
): Promise<void> {
  const before = new Set(rosterOf(group).map((leaf) => leaf.userId))
  // As the rule is from here on: whoever comes in by this commit is given what it says (EPO-5).
  const carried = policyOf(made.group).history === 'all' ? recordsToCarry(context, channelId, turn) : []
  const history = carried.length > 0 ? await sealRecords(context, channelId, made.record, carried) : undefined
  const payload: CommitPayload = { type: 'commit', commit: made.commit, ...(history ? { history } : {}) }
  const request: CommitRequest = {
    operation: 'log.commit',
    payload: encodeCbor(payload),
    groupInfo: made.groupInfo,
    ...(made.welcome ? { welcome: { payload: made.welcome, devices: made.joined } } : {}),
    external: false,
    newcomers: made.record.added.some((leaf) => !before.has(leaf.userId)),
  }
  context.database.transaction(() =>
    savePendingCommit(context.database, {
      channelId,
      clientId: context.newClientId(),
      generation: turn.generation,
      epoch: turn.epoch,
      request,
      groupState: encodeGroup(made.group),
      record: made.record,
    }),
  )
}
