/** Taking the turn: one commit removes whoever waits to go and adds whoever waits to come. SPEC.md, TURN-1 to TURN-6. */
import {
  commitChanges,
  encodeCommitEvidence,
  encodeGroup,
  epochOf,
  MlsRefused,
  policyOf,
  roomOf,
  rosterOf,
  signAdmission,
  verifyAccountStatement,
  type MemberCommit,
  type MlsGroup,
} from '@reforms/crypto'
import {
  encodeCbor,
  limits,
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
import { readChannel, type ChannelRow } from '../tables/channels.ts'
import { readNextToSend } from '../tables/outbox.ts'
import { savePendingCommit, type CommitRequest } from '../tables/pending-commits.ts'
import { wasInGeneration } from '../tables/epochs.ts'
import { nameOfPerson } from '../tables/people.ts'
import { COMMITS } from '../tables/plans.ts'
import { loadGroup } from './group-store.ts'
import { isListedSince } from './invited.ts'
import { recordsToCarry, sealRecords } from './history.ts'
import { wishedPolicy } from './policy-change.ts'
import { noteTrouble } from './trouble.ts'

type Turn = Output<'turn.take'>

interface GrantedTurn extends Turn {
  turnId: ClientId
  /** As it is to be from this commit on, where it is to change. */
  policy: ChannelPolicy | undefined
  /** Whether the epoch is old. */
  renew: boolean
}

/** For who is invited a device renews no more often than this: commits that bring nobody in are few (LIM-5). */
const INVITED_RENEWAL_MS = 5 * 60 * 1000
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
  return prepare(context, channelId, group, { ...turn, ...wanted, policy, renew, turnId: turn.turnId })
}

/** An epoch is renewed only when somebody is about to send and it is old (EPO-3), or may be read by who waits to come in (EPO-12).
 * `renewedAt`: when this device last did so. */
export function isOld(context: Context, row: ChannelRow, renewedAt: number | undefined): boolean {
  if (!readNextToSend(context.database, row.channelId)) return false
  const began = context.database.all(
    `SELECT seq, at FROM entry ${COMMITS} WHERE channel_id = ? AND kind = 'commit' ORDER BY seq DESC LIMIT 1`,
    [row.channelId],
  )[0]
  if (!began) return false
  const entries = (row.log?.seq ?? 0) - Number(began['seq'])
  // The server's time and this device's may be a day apart: then each renewal would ask for another.
  const since = Math.max(Number(began['at']), renewedAt ?? 0)
  if (context.now() - since > limits.EPOCH_MAX_AGE_MS || entries > limits.EPOCH_MAX_ENTRIES) return true
  const rested = Math.abs(context.now() - (renewedAt ?? 0)) > INVITED_RENEWAL_MS
  return rested && isListedSince(context, row.channelId, Number(began['seq']))
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
  const { made, unusable, tooMany } = await bestCommit(context, group, turn)
  sayWhoIsLeftOut(context, channelId, turn, { unusable, tooMany })
  if (!made) {
    await release(context, channelId, turn.turnId, unusable)
    return { kind: 'nothing' }
  }
  await keep(context, channelId, group, made, turn)
  return { kind: 'prepared', turnId: turn.turnId }
}

function sayWhoIsLeftOut(
  context: Context,
  channelId: ChannelId,
  turn: Turn,
  { unusable, tooMany }: LeftOut,
): void {
  const namesOf = (deviceIds: readonly DeviceId[]) => {
    const left = turn.adds.filter(({ deviceId }) => deviceIds.includes(deviceId))
    return [...new Set(left.map(({ userId }) => nameOfPerson(context.database, userId)))].join(', ')
  }
  const full = `This channel is as large as it can be, so ${namesOf(tooMany)} could not be added.`
  const wrong = `What the server gave for adding ${namesOf(unusable)} does not verify, so it was not used.`
  if (tooMany.length > 0) noteTrouble(context, channelId, 'addition', full)
  if (unusable.length > 0) noteTrouble(context, channelId, 'addition', wrong)
}

async function commit(
  context: Context,
  group: MlsGroup,
  { removes, policy }: GrantedTurn,
  adds: Turn['adds'],
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

interface LeftOut {
  /** What the server gave for them does not fit. */
  unusable: DeviceId[]
  /** There is no room for them: they go on waiting (LIM-7). */
  tooMany: DeviceId[]
}

const idsOf = (adds: Turn['adds']) => adds.map(({ deviceId }) => deviceId)
const without = (adds: Turn['adds'], some: Turn['adds']) => adds.filter((add) => !some.includes(add))

/** With as many of the additions as can be made; without a commit where nothing else is wanted. */
async function bestCommit(
  context: Context,
  group: MlsGroup,
  turn: GrantedTurn,
): Promise<LeftOut & { made?: MemberCommit }> {
  const logged = await loggedAdds(context, turn.adds)
  const roomy = thoseWithRoom(group, logged)
  const { fitting, made } = await thoseThatFit(context, group, turn, roomy)
  const unusable = idsOf([...without(turn.adds, logged), ...without(roomy, fitting)])
  const tooMany = idsOf(without(logged, roomy))
  const isNeedless = unusable.length > 0 || (tooMany.length > 0 && !turn.renew)
  if (isNeedless && fitting.length + turn.removes.length === 0 && !turn.policy) return { unusable, tooMany }
  return { unusable, tooMany, made: made ?? (await commit(context, group, turn, fitting)) }
}

/** Whoever has waited longest goes first. A key package is larger than its leaf. */
function thoseWithRoom(group: MlsGroup, adds: Turn['adds']): Turn['adds'] {
  let room = roomOf(group)
  return adds.filter(({ keyPackage }) => (room -= keyPackage.length) >= 0)
}

/** Finds the additions that do not fit by trying them alone, where all together are refused. */
async function thoseThatFit(
  context: Context,
  group: MlsGroup,
  turn: GrantedTurn,
  adds: Turn['adds'],
): Promise<{ fitting: Turn['adds']; made?: MemberCommit | undefined }> {
  if (adds.length === 0) return { fitting: [] }
  const made = await tryCommit(context, group, turn, adds)
  if (made) return { fitting: adds, made }
  const fitting: Turn['adds'] = []
  for (const add of adds) if (await tryCommit(context, group, turn, [add])) fitting.push(add)
  return asManyAsFit(context, group, turn, fitting)
}

/** The server hands over the documents that prove a device: those that the key log does not name prove nothing (POL-4, KL-4). */
async function loggedAdds(context: Context, adds: Turn['adds']): Promise<Turn['adds']> {
  const logged = await loggedOf(context, adds)
  for (const { userId } of adds.filter((add) => !logged.includes(add))) {
    context.warn(`keys/${userId}`, strangerWords(context, userId))
  }
  return logged
}

/** Each alone would do, and they may still contradict each other. */
async function asManyAsFit(
  context: Context,
  group: MlsGroup,
  turn: GrantedTurn,
  adds: Turn['adds'],
): Promise<{ fitting: Turn['adds']; made?: MemberCommit | undefined }> {
  let fitting = adds
  while (fitting.length > 0) {
    const made = await tryCommit(context, group, turn, fitting)
    if (made) return { fitting, made }
    fitting = fitting.slice(0, Math.floor(fitting.length / 2))
  }
  return { fitting }
}

async function tryCommit(
  context: Context,
  group: MlsGroup,
  turn: GrantedTurn,
  adds: Turn['adds'],
): Promise<MemberCommit | undefined> {
  try {
    return await commit(context, group, turn, adds)
  } catch (error) {
    if (!(error instanceof MlsRefused)) throw error
    context.ports.log.warn('somebody cannot be added', { code: error.code })
    return undefined
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
