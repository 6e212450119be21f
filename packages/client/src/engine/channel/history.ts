/**
 * The history rule `all`: a commit's entry carries earlier epochs' records under the new epoch's secret, so that whoever holds
 * the newest reads back to the first. SPEC.md, EPO-4 to EPO-6.
 */
import { CryptoError, openHistory, sealHistory, type EpochRecord } from '@reforms/crypto'
import { CommitPayload, decodeCbor, firstFault, type ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { markHistoryOpened, readClosedHistory, type StoredEntry } from '../tables/entries.ts'
import { readEpoch, saveEpoch } from '../tables/epochs.ts'
import { COMMITS } from '../tables/plans.ts'
import { believableOf } from './reading.ts'

/** A commit made externally carries no history; the next one carries what it left out, up to this many records. */
const BRIDGE_MAX = 200

/** The payload of a `commit` entry, or undefined where it does not have the form that it must. */
export function decodeCommitPayload(payload: Uint8Array | undefined): CommitPayload | undefined {
  if (!payload) return undefined
  try {
    const decoded = decodeCbor(payload)
    return firstFault(CommitPayload, decoded) ? undefined : (decoded as CommitPayload)
  } catch {
    return undefined
  }
}

/** The epoch that a `commit` entry begins. */
export function epochBegunBy(entry: Pick<StoredEntry, 'epoch'>, payload: CommitPayload): number {
  return payload.type === 'found' ? 0 : entry.epoch + 1
}

/**
 * The records that a new commit should carry: that of the epoch it ends, and those before it back to one whose own commit
 * carried history. `carried` tells whether the commit that began an epoch did.
 */
export function recordsToCarry(
  context: Context,
  channelId: ChannelId,
  ended: { generation: number; epoch: number },
): EpochRecord[] {
  const records: EpochRecord[] = []
  for (let epoch = ended.epoch; epoch >= 0 && records.length < BRIDGE_MAX; epoch -= 1) {
    const record = readEpoch(context.database, channelId, ended.generation, epoch)
    if (!record) break
    records.push(record)
    if (epoch > 0 && commitCarriedHistory(context, channelId, ended.generation, epoch - 1)) break
  }
  return records
}

function commitCarriedHistory(
  context: Context,
  channelId: ChannelId,
  generation: number,
  ended: number,
): boolean {
  const row = context.database.all(
    `SELECT payload FROM entry ${COMMITS} WHERE channel_id = ? AND kind = 'commit' AND generation = ? AND epoch = ?
     ORDER BY seq DESC LIMIT 1`,
    [channelId, generation, ended],
  )[0]
  const payload = decodeCommitPayload((row?.['payload'] as Uint8Array | null | undefined) ?? undefined)
  return payload?.type === 'commit' && payload.history !== undefined
}

export function sealRecords(
  context: Context,
  channelId: ChannelId,
  newest: EpochRecord,
  records: readonly EpochRecord[],
): Promise<Uint8Array> {
  const place = { channelId, generation: newest.generation, epochId: newest.epochId }
  return sealHistory(newest.secret, place, records, context.ports.random)
}

/** Opens what the stored commits carry, newest first, as far back as the records reach. True when something was learnt. */
export async function openStoredHistory(context: Context, channelId: ChannelId): Promise<boolean> {
  let learnt = false
  for (const entry of readClosedHistory(context.database, channelId)) {
    const payload = decodeCommitPayload(entry.payload)
    if (!payload?.history) {
      markHistoryOpened(context.database, channelId, entry.seq)
      continue
    }
    const begun = epochBegunBy(entry, payload)
    const record = readEpoch(context.database, channelId, entry.generation, begun)
    if (!record) continue
    const carried = await openCarried(context, channelId, record, payload.history)
    const records = await believableOf(context, channelId, carried)
    context.database.transaction(() => {
      for (const earlier of records) saveEpoch(context.database, channelId, earlier, 'history')
      markHistoryOpened(context.database, channelId, entry.seq)
    })
    learnt ||= records.length > 0
  }
  return learnt
}

async function openCarried(
  context: Context,
  channelId: ChannelId,
  record: EpochRecord,
  sealed: Uint8Array,
): Promise<EpochRecord[]> {
  try {
    const place = { channelId, generation: record.generation, epochId: record.epochId }
    const records = await openHistory(record.secret, place, sealed)
    return records.filter((earlier) => isEarlier(earlier, record))
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    context.ports.log.warn('a commit carries history that does not open', { code: error.code })
    return []
  }
}

function isEarlier(a: EpochRecord, b: EpochRecord): boolean {
  return a.generation < b.generation || (a.generation === b.generation && a.epoch < b.epoch)
}
