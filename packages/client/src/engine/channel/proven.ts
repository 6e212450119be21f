/**
 * Before a device encrypts in an epoch it has seen, for each of the epoch's leaves, its user's signed device list with that very
 * key, which the key log names. A group that the server made up, or a leaf that nobody signed for, is then sent nothing. SPEC.md,
 * POL-9.
 */
import { rosterOf, type Leaf } from '@reforms/crypto'
import type { ChannelId, UserId } from '@reforms/protocol'
import { isListed, learnDeviceLists } from '../account/device-lists.ts'
import { isLogged } from '../account/leaf-proofs.ts'
import type { Context } from '../context.ts'
import { followKeyLog } from '../key-log.ts'
import type { ChannelRow } from '../tables/channels.ts'
import type { LeafKeys } from '../tables/proven-leaves.ts'
import { loadGroup } from './group-store.ts'

/** What has been seen, while the engine runs. A device that was listed once stays proven: who left is removed by a turn. */
export class Proofs {
  readonly #leaves = new Set<string>()
  readonly #epochs = new Map<ChannelId, string>()
  /** Channels in which nothing is sent for want of a proof. */
  readonly held = new Set<ChannelId>()
  readonly #false = new Set<string>()

  /** Not in any of its user's lists, all of which are known here (EPO-6). */
  isFalse(leaf: LeafKeys): boolean {
    return this.#false.has(leafName(leaf))
  }

  noteFalse(leaf: LeafKeys): void {
    this.#false.add(leafName(leaf))
  }

  isProven(row: ChannelRow): boolean {
    return this.#epochs.get(row.channelId) === epochName(row)
  }

  async prove(context: Context, row: ChannelRow): Promise<boolean> {
    const group = loadGroup(context, row.channelId)
    if (!group) return false
    const missing = rosterOf(group).filter((leaf) => !this.#leaves.has(leafName(leaf)))
    const unseen = missing.filter((leaf) => !isVouchedFor(context, leaf))
    await learnLogged(context, [...new Set(unseen.map((leaf) => leaf.userId))])
    const [proven, unproven] = [missing.filter((leaf) => isVouchedFor(context, leaf)), new Set(missing)]
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

function isVouchedFor(context: Context, leaf: Leaf): boolean {
  return isListed(context, leaf) && isLogged(context, leaf.userId)
}

async function learnLogged(context: Context, userIds: readonly UserId[]): Promise<void> {
  await learnDeviceLists(context, userIds)
  if (userIds.some((userId) => !isLogged(context, userId))) await followKeyLog(context)
}

function epochName({ generation, epoch, groupSeq }: ChannelRow): string {
  return `${generation}.${epoch}.${groupSeq ?? 0}`
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

function leafName({ userId, deviceId, identityKey, signatureKey }: LeafKeys): string {
  return `${userId}/${deviceId}/${hex(identityKey)}/${hex(signatureKey)}`
}
