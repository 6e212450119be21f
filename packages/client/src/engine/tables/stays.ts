/** How long somebody has been in, and had been out before, by the leaves of their user that are known here. SPEC.md, EPO-12. */
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'
import { sameBytes } from '../bytes.ts'
import { readFirstEpoch } from './epochs.ts'

export interface EpochName {
  generation: number
  epoch: number
}

export interface Stay {
  /** The first epoch in which they had a leaf, and since then in each. */
  came: EpochName
  /** The first of those before it in which their user had none; undefined where it had another person's, or that is not known here. */
  vacantSince: EpochName | undefined
}

export function isBefore(a: EpochName, b: EpochName): boolean {
  return a.generation < b.generation || (a.generation === b.generation && a.epoch < b.epoch)
}

/** Of whoever has this identity key now, under this user's id: after a reset that is somebody new. Undefined where they are not in. */
export function readStay(
  database: Database,
  channelId: ChannelId,
  { userId, identityKey }: { userId: UserId; identityKey: Uint8Array },
): Stay | undefined {
  const first = readFirstEpoch(database, channelId)
  if (!first) return undefined
  const leaves = new Map<string, Uint8Array>()
  let [vacantSince, stay] = [undefined, undefined] as [EpochName | undefined, Stay | undefined]
  for (const { at, changes } of changesOf(database, channelId, userId)) {
    if (leaves.size === 0) vacantSince ??= isBefore(first, at) ? first : undefined
    change(leaves, changes)
    const isIn = [...leaves.values()].some((key) => sameBytes(key, identityKey))
    if (isIn) stay ??= { came: at, vacantSince }
    else stay = undefined
    vacantSince = leaves.size === 0 ? (vacantSince ?? at) : undefined
  }
  return stay
}

interface Changes {
  at: EpochName
  changes: readonly SqlRow[]
}

/** A generation begins with its founder alone: whoever is not told of was out then. */
function changesOf(database: Database, channelId: ChannelId, userId: UserId): Changes[] {
  const rows = database.all(
    `SELECT generation, epoch, device_id, identity_key, added FROM leaf_change
     WHERE channel_id = ? AND user_id = ? ORDER BY generation, epoch, added`,
    [channelId, userId],
  )
  const all: (Changes & { changes: SqlRow[] })[] = []
  for (const row of rows) {
    const at = { generation: Number(row['generation']), epoch: Number(row['epoch']) }
    const last = all.at(-1)
    const isNewGeneration = last !== undefined && last.at.generation < at.generation
    if (isNewGeneration) all.push({ at: { ...at, epoch: 0 }, changes: [{ emptied: 1 }] })
    const current = all.at(-1)
    if (current && !isBefore(current.at, at)) current.changes.push(row)
    else all.push({ at, changes: [row] })
  }
  return all
}

function change(leaves: Map<string, Uint8Array>, changes: readonly SqlRow[]): void {
  for (const row of changes) {
    const deviceId = String(row['device_id'])
    if (row['emptied'] === 1) leaves.clear()
    else if (row['added'] === 1) leaves.set(deviceId, row['identity_key'] as Uint8Array)
    else leaves.delete(deviceId)
  }
}
