/** What a commit did to the people of a channel, as the timeline shows it. Kept as the content of its entry. */
import { policyOf, rosterOf, type Leaf, type MlsGroup } from '@reforms/crypto'
import { decodeCbor, encodeCbor, type HistoryRule, type UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'

export interface Membership {
  by?: UserId
  added: UserId[]
  removed: UserId[]
  founded: boolean
  /** What a moderator has changed of the policy (POL-10). */
  policy?: PolicyChange
}

export interface PolicyChange {
  made: UserId[]
  unmade: UserId[]
  history?: HistoryRule
  retentionDays?: number
}

/** Undefined where the policy is as it was. */
export function policyChangeOf(before: MlsGroup, after: MlsGroup): PolicyChange | undefined {
  const [old, now] = [policyOf(before), policyOf(after)]
  const change: PolicyChange = {
    made: usersOf(after, now.moderators, old.moderators),
    unmade: usersOf(before, old.moderators, now.moderators),
    ...(old.history === now.history ? {} : { history: now.history }),
    ...(old.retentionDays === now.retentionDays ? {} : { retentionDays: now.retentionDays }),
  }
  return change.made.length + change.unmade.length + Object.keys(change).length > 2 ? change : undefined
}

/** Whose keys are among the first and not among the others, as the group names them. */
function usersOf(group: MlsGroup, keys: readonly Uint8Array[], others: readonly Uint8Array[]): UserId[] {
  const fresh = keys.filter((key) => !others.some((other) => sameBytes(other, key)))
  const leaves = rosterOf(group).filter(({ identityKey }) => fresh.some((key) => sameBytes(key, identityKey)))
  return [...new Set(leaves.map(({ userId }) => userId))]
}

/** People who came in with their first leaf, and who went with their last. */
export function membershipOf(
  before: readonly Leaf[],
  after: readonly Leaf[],
  by: UserId | undefined,
): Membership {
  const usersBefore = new Set(before.map((leaf) => leaf.userId))
  const usersAfter = new Set(after.map((leaf) => leaf.userId))
  return {
    ...(by ? { by } : {}),
    added: [...usersAfter].filter((user) => !usersBefore.has(user)),
    removed: [...usersBefore].filter((user) => !usersAfter.has(user)),
    founded: false,
  }
}

export function encodeMembership(membership: Membership): Uint8Array {
  return encodeCbor(membership)
}

/** Only for what encodeMembership wrote into the local database. */
export function decodeMembership(content: Uint8Array): Membership {
  return decodeCbor(content) as Membership
}
