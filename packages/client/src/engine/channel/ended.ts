/**
 * A direct channel that has ended: the others went as people, by leaving, by a new identity, or with their accounts. The next one
 * between the same people begins anew, and nobody would read what is written here. SPEC.md, CH-3 and DIR-9.
 */
import type { Leaf } from '@reforms/crypto'
import type { Context } from '../context.ts'
import type { ChannelRow } from '../tables/channels.ts'
import { readCommitsAfter } from '../tables/entries.ts'
import { decodeMembership } from './membership.ts'

export function hasEnded({ database }: Context, row: ChannelRow, leaves: readonly Leaf[]): boolean {
  if (row.kind !== 'direct' || new Set(leaves.map(({ userId }) => userId)).size > 1) return false
  // Without a commit that removed somebody the others have only not come in yet.
  return readCommitsAfter(database, row.channelId, 0).some(
    ({ content }) => content && decodeMembership(content).removed.length > 0,
  )
}
