/** What a commit did to the people of a channel, as the timeline shows it. Kept as the content of its entry. */
import type { Leaf } from '@reforms/crypto'
import { decodeCbor, encodeCbor, type UserId } from '@reforms/protocol'

export interface Membership {
  by?: UserId
  added: UserId[]
  removed: UserId[]
  founded: boolean
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
