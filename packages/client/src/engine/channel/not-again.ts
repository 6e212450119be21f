/**
 * Who had a leaf in the generation before this one, as this device knew it, and was not added again. A founder leaves out whom they
 * like, and a server may help with it: so every member compares, and is told. SPEC.md, GEN-4.
 */
import { epochOf, rosterOf, type MlsGroup } from '@reforms/crypto'
import type { UserId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readLeft, readMembersOf } from '../tables/epochs.ts'
import { nameOfPerson, readPerson } from '../tables/people.ts'

/** In words. `joining` are those who wait to be added. Who has left since, or has no account any more, is not missing. */
export function notAgainWords(context: Context, group: MlsGroup, joining: ReadonlySet<UserId>): string[] {
  const { channelId, generation } = epochOf(group)
  const here = rosterOf(group)
  const isIn = (identityKey: Uint8Array) => here.some((leaf) => sameBytes(leaf.identityKey, identityKey))
  const left = readLeft(context.database, channelId, generation)
  const missing = readMembersOf(context.database, channelId, generation - 1).filter(
    ({ userId, identityKey }) =>
      !isIn(identityKey) &&
      !joining.has(userId) &&
      !left.some((key) => sameBytes(key, identityKey)) &&
      readPerson(context.database, userId)?.active !== false,
  )
  const names = [...new Set(missing.map(({ userId }) => nameOfPerson(context.database, userId)))]
  if (names.length === 0) return []
  const were = names.length === 1 ? 'was' : 'were'
  return [
    `${names.join(', ')} ${were} in this channel before its encryption was begun anew, and ${were} not added again. Add them, or ask whoever moderates the channel.`,
  ]
}
