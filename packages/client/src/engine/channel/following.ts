/**
 * Following the group: each commit that the log holds is applied once, in order, and gives the next state and its epoch record.
 * Own commits are promoted, not applied (CRYPTO.md, rule 3). SPEC.md, ENG-4 to ENG-7.
 */
import {
  applyCommit,
  decodeGroup,
  epochOf,
  MlsRefused,
  policyOf,
  rosterOf,
  type Leaf,
  type MlsGroup,
} from '@reforms/crypto'
import type { ChannelId, ClientId, UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readChannel, saveGroupState, saveReadSeq, saveWarning } from '../tables/channels.ts'
import { saveEpoch } from '../tables/epochs.ts'
import { nameOfPerson } from '../tables/people.ts'
import { readPendingCommit, removePendingCommit, type PendingCommit } from '../tables/pending-commits.ts'
import { acceptGeneration, mayFollowFounding, refuseGeneration } from './founded.ts'
import { dropLastGroup, loadGroup, storeGroup } from './group-store.ts'
import { decodeCommitPayload } from './history.ts'
import { setGroupAside } from './last-group.ts'
import { encodeMembership, membershipOf, policyChangeOf, type Membership } from './membership.ts'
import { announceAbout } from './describing.ts'
import { announceSettings } from './settings-message.ts'
import { noteTrouble } from './trouble.ts'
import { isModeratorHere, onlyModeratorsWrite } from './writers.ts'

export interface CommitEntry {
  channelId: ChannelId
  seq: number
  generation: number
  epoch: number
  clientId: ClientId
  senderUser?: string | undefined
  payload?: Uint8Array | undefined
}

/** What a commit entry does to the group as it stands here. `store` runs inside the step's transaction. */
export interface Followed {
  membership?: Membership
  store: () => void
}

/** Decides what one commit entry means for this device. Throws nothing for what others sent: a bad commit is a warning. */
export async function followCommit(
  context: Context,
  entry: CommitEntry,
  group: { generation: number; epoch: number } | undefined,
): Promise<Followed> {
  const pending = readPendingCommit(context.database, entry.channelId)
  if (pending?.clientId === entry.clientId) return promote(context, entry, pending)
  const payload = decodeCommitPayload(entry.payload)
  if (payload?.type === 'found') return meetFounding(context, entry, payload.groupInfo)
  if (!payload || !group) return { store: () => undefined }
  if (entry.generation !== group.generation || entry.epoch !== group.epoch) return { store: () => undefined }
  return apply(context, entry, payload.commit)
}

/** The log holds our own commit: its stored next state becomes the state. */
function promote(context: Context, entry: CommitEntry, pending: PendingCommit): Followed {
  const after = decodeGroup(pending.groupState)
  const groupSeq = readChannel(context.database, entry.channelId)?.groupSeq
  if (groupSeq !== undefined && groupSeq >= entry.seq) return { store: () => passOver(context, pending) }
  return {
    membership: ownMembership(context, entry, pending, after),
    store: () => {
      storeGroup(context, entry.channelId, {
        group: pending.groupState,
        record: pending.record,
        seq: entry.seq,
      })
      removePendingCommit(context.database, entry.channelId)
      if (isExternal(pending) && !wasIn(context, entry)) {
        saveReadSeq(context.database, entry.channelId, entry.seq)
      }
      if (pending.request.newcomers && mayTell(context, entry.channelId)) tellNewcomers(context, after)
    },
  }
}

/** Our commit was taken, but this device is further already: what it could read in that epoch it still can. */
export function passOver(context: Context, pending: PendingCommit): void {
  saveEpoch(context.database, pending.channelId, pending.record, 'answer')
  removePendingCommit(context.database, pending.channelId)
}

function isExternal(pending: PendingCommit): boolean {
  return pending.request.operation === 'log.commit' && pending.request.external
}

/** Whether this user had a leaf before the entry, with whatever device. */
function wasIn(context: Context, entry: CommitEntry): boolean {
  const joinedSeq = readChannel(context.database, entry.channelId)?.joinedSeq ?? 0
  return joinedSeq > 0 && joinedSeq < entry.seq
}

function ownMembership(
  context: Context,
  entry: CommitEntry,
  pending: PendingCommit,
  after: MlsGroup,
): Membership {
  const { userId } = context.requireKeys()
  const nothing: Membership = { by: userId, added: [], removed: [], founded: false }
  if (pending.request.operation === 'log.found') return { ...nothing, founded: true }
  if (isExternal(pending)) return { ...nothing, added: wasIn(context, entry) ? [] : [userId] }
  const before = loadGroup(context, entry.channelId)
  const policy = before && policyChangeOf(before, after)
  return {
    ...membershipOf(before ? rosterOf(before) : [], rosterOf(after), userId),
    ...(policy ? { policy } : {}),
  }
}

/** The server has taken a kept commit as entry `seq`, and the log here does not come to it by itself: promoted at once. */
export function promotePlaced(context: Context, pending: PendingCommit, seq: number): void {
  const { channelId, clientId, generation, epoch } = pending
  const followed = promote(context, { channelId, clientId, generation, epoch, seq }, pending)
  context.database.transaction(() => {
    followed.store()
    saveMembership(context, channelId, seq, followed)
  })
}

export function saveMembership(
  context: Context,
  channelId: ChannelId,
  seq: number,
  followed: Followed,
): void {
  const content = membershipContent(followed)
  if (!content) return
  context.viewCache.entryChanged(channelId, seq)
  context.database.run('UPDATE entry SET content = ? WHERE channel_id = ? AND seq = ?', [
    content,
    channelId,
    seq,
  ])
}

/** A new generation: the old group is over for this device, which comes in again by Welcome or externally. */
async function meetFounding(context: Context, entry: CommitEntry, groupInfo: Uint8Array): Promise<Followed> {
  const row = readChannel(context.database, entry.channelId)
  const isPast =
    row?.groupSeq !== undefined && (row.groupSeq >= entry.seq || row.generation >= entry.generation)
  if (isPast) return { store: () => undefined }
  if (!(await mayFollowFounding(context, entry, groupInfo))) {
    return { store: () => refuseGeneration(context, entry) }
  }
  return {
    store: () => {
      acceptGeneration(context, entry)
      saveGroupState(context.database, entry.channelId, undefined)
      dropLastGroup(context, entry.channelId)
      removePendingCommit(context.database, entry.channelId)
    },
  }
}

async function apply(context: Context, entry: CommitEntry, commit: Uint8Array): Promise<Followed> {
  const group = loadGroup(context, entry.channelId)
  if (!group) return { store: () => undefined }
  try {
    const outcome = await applyCommit({ group, commit })
    if (outcome.kind === 'removed') return leaveGroup(context, entry)
    const policy = policyChangeOf(group, outcome.group)
    const membership = {
      ...membershipOf(rosterOf(group), rosterOf(outcome.group), outcome.committer.userId),
      ...(policy ? { policy } : {}),
    }
    const told = membership.added.length > 0 && isToTell(context, group, outcome)
    return {
      membership,
      store: () => {
        if (told) tellNewcomers(context, outcome.group)
        storeGroup(context, entry.channelId, { group: outcome.group, record: outcome.record, seq: entry.seq })
        // Whatever we meant to commit was for the epoch that is over.
        removePendingCommit(context.database, entry.channelId)
      },
    }
  } catch (error) {
    // A pure function of what others sent: whatever it throws is the commit's fault, and must not stop the channel.
    return breakGroup(context, entry, { error, group })
  }
}

/** Where only moderators write nobody else can tell newcomers anything. */
function mayTell(context: Context, channelId: ChannelId): boolean {
  return !onlyModeratorsWrite(context, channelId) || isModeratorHere(context, channelId)
}

/** What the channel is called and for: what newcomers of a private channel find nowhere else. Within the step's transaction. */
function tellNewcomers(context: Context, group: MlsGroup): void {
  const { channelId } = epochOf(group)
  if (policyOf(group).kind === 'private') announceSettings(context, channelId)
  announceAbout(context, channelId)
}

/** Whoever brings people in tells them; where they came alone, or the committer may not, one of those who may does. */
function isToTell(
  context: Context,
  before: MlsGroup,
  { external, committer }: { external: boolean; committer: Leaf },
): boolean {
  const { channelId } = epochOf(before)
  if (!onlyModeratorsWrite(context, channelId)) return external && isFirstAbout(context, rosterOf(before))
  const { moderators } = policyOf(before)
  const named = (leaf: Leaf) => moderators.some((key) => sameBytes(key, leaf.identityKey))
  if (!external && named(committer)) return false
  return isFirstAbout(context, rosterOf(before).filter(named))
}

/** One member says what all could say: whoever of those about has been in for longest. */
function isFirstAbout(context: Context, roster: readonly Leaf[]): boolean {
  const { userId, deviceId } = context.requireKeys()
  const first = roster.find((leaf) => leaf.userId === userId || context.presence.has(leaf.userId))
  return first?.userId === userId && roster.find((leaf) => leaf.userId === userId)?.deviceId === deviceId
}

function leaveGroup(context: Context, entry: CommitEntry): Followed {
  return {
    store: () => {
      saveGroupState(context.database, entry.channelId, undefined)
      dropLastGroup(context, entry.channelId)
      removePendingCommit(context.database, entry.channelId)
    },
  }
}

/** A commit that is not allowed (ENG-6), or that this device cannot follow: it forgets the group and comes in again (GEN-3). */
function breakGroup(
  context: Context,
  entry: CommitEntry,
  { error, group }: { error: unknown; group: MlsGroup },
): Followed {
  const code = error instanceof MlsRefused ? error.code : String(error)
  context.ports.log.warn('a commit cannot be followed', { code, seq: entry.seq })
  const offender = offenderIn(group, error)
  return {
    store: () => {
      setGroupAside(context, entry.channelId, { offender })
      removePendingCommit(context.database, entry.channelId)
      noteTrouble(context, entry.channelId, 'change', offender && offenceWords(context, offender))
      saveWarning(
        context.database,
        entry.channelId,
        'A change to this channel did not verify. This device is joining again.',
      )
    },
  }
}

/** Whose commit leads nowhere, and not only for this device (GEN-2). */
function offenderIn(group: MlsGroup, error: unknown): UserId | undefined {
  if (!(error instanceof MlsRefused) || error.code !== 'leads-nowhere') return undefined
  return rosterOf(group).find(({ deviceId }) => deviceId === error.deviceId)?.userId
}

function offenceWords(context: Context, offender: UserId): string {
  return `${nameOfPerson(context.database, offender)} made a change to this channel that nobody can go along with, so this device did not.`
}

export function membershipContent(followed: Followed): Uint8Array | undefined {
  return followed.membership ? encodeMembership(followed.membership) : undefined
}
