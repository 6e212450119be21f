/** The group of a channel as this device keeps it: read and decoded, or replaced together with its epoch record. */
import { decodeGroup, encodeGroup, policyOf, type EpochRecord, type MlsGroup } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import { sameBytes } from '../bytes.ts'
import type { Context } from '../context.ts'
import { readGroupState, saveGroupState } from '../tables/channels.ts'
import { saveEpoch } from '../tables/epochs.ts'
import { savePolicy } from '../tables/policies.ts'
import { removeSetting } from '../tables/settings.ts'

let lastDecoded: { state: Uint8Array; group: MlsGroup } | undefined

/** The group as it is stored. Decoding takes time that grows with the group, so the last one is kept. */
export function loadGroup(context: Context, channelId: ChannelId): MlsGroup | undefined {
  const state = readGroupState(context.database, channelId)
  if (!state) return undefined
  if (lastDecoded && sameBytes(lastDecoded.state, state)) return lastDecoded.group
  const group = decodeGroup(state)
  lastDecoded = { state, group }
  return group
}

/** Within the step's transaction: the next state, and what decrypts its epoch for good, here and soon in the vault (EPO-2, EPO-9). */
export function storeGroup(
  context: Context,
  channelId: ChannelId,
  next: { group: MlsGroup | Uint8Array; record: EpochRecord; seq: number },
): void {
  const state = next.group instanceof Uint8Array ? next.group : encodeGroup(next.group)
  saveGroupState(context.database, channelId, {
    state,
    seq: next.seq,
    generation: next.record.generation,
    epoch: next.record.epoch,
  })
  const policy = policyOf(next.group instanceof Uint8Array ? decodeGroup(next.group) : next.group)
  savePolicy(context.database, channelId, next.seq, policy)
  saveEpoch(context.database, channelId, next.record, 'here')
  dropLastGroup(context, channelId)
  context.pokeVault()
}

/** Where the group that this device last followed is kept while it has none: see last-group.ts. */
export const lastGroupName = (channelId: ChannelId) => `last-group/${channelId}`

/** Within the step's transaction: there is a group again, or none that this device has a part in. */
export function dropLastGroup(context: Context, channelId: ChannelId): void {
  removeSetting(context.database, lastGroupName(channelId))
}
