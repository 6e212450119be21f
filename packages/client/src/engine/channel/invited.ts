/**
 * The history rule `invited`: whoever comes in reads from the first epoch that began after the log said that they were invited, or
 * asked to come in. Whoever sends meanwhile begins that epoch, and members give its records and later ones. SPEC.md, EPO-12.
 */
import type { EpochRecord, Leaf } from '@reforms/crypto'
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Database, SqlRow } from '../../ports.ts'
import type { Context } from '../context.ts'
import { readRosterAt } from '../tables/epochs.ts'
import { readNewestPolicy } from '../tables/policies.ts'
import { isBefore, readStay, type EpochName } from '../tables/stays.ts'
import { COMMITS, NOTICES } from '../tables/plans.ts'
import { decodeCommitPayload } from './history.ts'
import { decodeNotice } from './notice.ts'

/** Whom a notice lists as invited or asking. */
function listedBy(row: SqlRow): UserId | undefined {
  const notice = decodeNotice((row['payload'] as Uint8Array | null) ?? undefined)
  return notice?.type === 'asked' || notice?.type === 'invited' ? notice.userId : undefined
}

/** Whether somebody was listed since the present epoch began by entry `since`. */
export function isListedSince(context: Context, channelId: ChannelId, since: number): boolean {
  if (readNewestPolicy(context.database, channelId)?.history !== 'invited') return false
  const notices = context.database.all(
    `SELECT payload FROM entry ${NOTICES} WHERE channel_id = ? AND seq > ? AND kind = 'notice'`,
    [channelId, since],
  )
  return notices.some((row) => listedBy(row) !== undefined)
}

/**
 * The first epoch that somebody who is in may be given; undefined where the log does not list them while they were out, as far as it is
 * here. A notice is for the next time that they come in, and one that is withheld may be one.
 */
export function firstGiven(
  { database }: Context,
  channelId: ChannelId,
  asking: Pick<Leaf, 'userId' | 'identityKey'>,
): EpochName | undefined {
  const stay = readStay(database, channelId, asking)
  if (!stay?.vacantSince || readNewestPolicy(database, channelId)?.history !== 'invited') return undefined
  const notices = database.all(
    `SELECT seq, payload FROM entry ${NOTICES} WHERE channel_id = ? AND kind = 'notice' ORDER BY seq DESC`,
    [channelId],
  )
  for (const row of notices) {
    const mayList = row['payload'] === null || listedBy(row) === asking.userId
    const at = mayList ? epochAt(database, channelId, Number(row['seq'])) : undefined
    if (!at || !isBefore(at, stay.came)) continue
    return isBefore(at, stay.vacantSince) ? undefined : { ...at, epoch: at.epoch + 1 }
  }
  return undefined
}

/**
 * The latest epoch that a commit before an entry can have begun. By the log's order, which all see: the epoch over a notice is the
 * server's own word, and so is that over what is no commit, of which none makes it earlier here.
 */
function epochAt(database: Database, channelId: ChannelId, seq: number): EpochName | undefined {
  const commits = `FROM entry ${COMMITS} WHERE channel_id = ? AND kind = 'commit' AND seq < ?`
  const newest = database.all(
    `SELECT generation, epoch, payload ${commits} AND (generation, epoch) =
       (SELECT generation, epoch ${commits} ORDER BY generation DESC, epoch DESC LIMIT 1)`,
    [channelId, seq, channelId, seq],
  )
  const [first] = newest
  if (!first) return undefined
  const [generation, epoch] = [Number(first['generation']), Number(first['epoch'])]
  const isFounded = epoch === 0 && newest.every(isFounding)
  return { generation, epoch: isFounded ? 0 : epoch + 1 }
}

function isFounding(row: SqlRow): boolean {
  return decodeCommitPayload((row['payload'] as Uint8Array | null) ?? undefined)?.type === 'found'
}

/** As for somebody who came in by it: they know of nobody who came before. */
export function withRoster(context: Context, channelId: ChannelId, record: EpochRecord): EpochRecord {
  return { ...record, added: readRosterAt(context.database, channelId, record), removed: [] }
}
