/** Who signed an entry: by the roster of the epoch in which it stands, never on the server's word. SPEC.md, MSG-6. */
import type { Entry } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readSigner, readSignerAtEntrance } from '../tables/epochs.ts'
import type { LeafKeys } from '../tables/proven-leaves.ts'

/** Whose leaf the sender's device had then, as far as it is known here. */
export function signerOf(
  context: Context,
  { channelId, generation, epoch, sender }: Pick<Entry, 'channelId' | 'generation' | 'epoch' | 'sender'>,
): LeafKeys | undefined {
  if (!sender) return undefined
  const { database } = context
  const place = { generation, epoch, deviceId: sender, ownUserId: context.requireKeys().userId }
  return (
    readSigner(database, channelId, generation, epoch, sender) ??
    readSignerAtEntrance(database, channelId, place)
  )
}
