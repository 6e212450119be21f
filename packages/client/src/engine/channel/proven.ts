/**
 * Before a device encrypts in an epoch it has seen, for each of the epoch's leaves, its user's signed device list with that very
 * key. A group that the server made up, or a leaf that nobody signed for, is then sent nothing. SPEC.md, POL-9.
 */
import { rosterOf, type Leaf } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import { isListed, learnDeviceLists } from '../account/device-lists.ts'
import type { Context } from '../context.ts'
import type { ChannelRow } from '../tables/channels.ts'
import { loadGroup } from './group-store.ts'

/** What has been seen, while the engine runs. A device that was listed once stays proven: who left is removed by a turn. */
export class Proofs {
  readonly #leaves = new Set<string>()
  readonly #epochs = new Map<ChannelId, string>()
  /** Channels in which nothing is sent for want of a proof. */
  readonly held = new Set<ChannelId>()

  isProven(row: ChannelRow): boolean {
    return this.#epochs.get(row.channelId) === epochName(row)
  }

  async prove(context: Context, row: ChannelRow): Promise<boolean> {
    const group = loadGroup(context, row.channelId)
    if (!group) return false
    const missing = rosterOf(group).filter((leaf) => !this.#leaves.has(leafName(leaf)))
    const unseen = missing.filter((leaf) => !isListed(context, leaf))
    await learnDeviceLists(context, [...new Set(unseen.map((leaf) => leaf.userId))])
    const [proven, unproven] = [missing.filter((leaf) => isListed(context, leaf)), new Set(missing)]
    for (const leaf of proven) {
      this.#leaves.add(leafName(leaf))
      unproven.delete(leaf)
    }
    const complete = unproven.size === 0
    if (complete) this.#epochs.set(row.channelId, epochName(row))
    this.#hold(context, row.channelId, !complete)
    return complete
  }

  #hold(context: Context, channelId: ChannelId, held: boolean): void {
    if (this.held.has(channelId) === held) return
    if (held) this.held.add(channelId)
    else this.held.delete(channelId)
    context.channelChanged(channelId)
  }
}

function epochName({ generation, epoch, groupSeq }: ChannelRow): string {
  return `${generation}.${epoch}.${groupSeq ?? 0}`
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

function leafName({ userId, deviceId, identityKey, signatureKey }: Leaf): string {
  return `${userId}/${deviceId}/${hex(identityKey)}/${hex(signatureKey)}`
}
