/**
 * Which entries of a channel's log a timeline looks at, and whether they are here: the newest, or those around a place. For the
 * timeline and for who fetches what it lacks.
 */
import { limits } from '@reforms/protocol'
import type { Params, Place, TimelineView } from '../../engine-api.ts'
import type { Database } from '../../ports.ts'
import type { ChannelRow } from '../tables/channels.ts'
import { listBefore, listFrom, seqAt, type ListedEntry } from '../tables/entries.ts'

export interface Window extends Pick<TimelineView, 'moreBefore' | 'moreAfter' | 'loading' | 'place'> {
  entries: readonly ListedEntry[]
}

export const SHOWN_KINDS = ['message', 'notice', 'commit'] as const
const NEWEST = Number.MAX_SAFE_INTEGER

export function windowOf(
  database: Database,
  row: ChannelRow | undefined,
  params: Params<'timeline'>,
): Window {
  const log = row?.log
  if (!log) return { entries: [], moreBefore: false, moreAfter: false, loading: row !== undefined }
  if (params.around) return windowAround(database, log.firstSeq, { ...params, around: params.around })
  const { entries, isCut } = entriesUpTo(database, params)
  const before = entries[0]?.seq ?? 0
  const moreBefore =
    log.firstSeq > 1 || listBefore(database, params.channelId, SHOWN_KINDS, before, 1).length > 0
  return { entries, moreBefore, moreAfter: isCut || isMoreAfter(database, params), loading: false }
}

/** Thousands come at once to who was away: nobody looks at them all, and each is decoded, handed over and drawn. */
const FOLLOWING_MAX = 400

/** The last ones up to `toSeq`, or to the newest, and all from `fromSeq` on, the first of them where they are too many. */
function entriesUpTo(
  database: Database,
  { channelId, limit, fromSeq, toSeq = NEWEST }: Params<'timeline'>,
): { entries: readonly ListedEntry[]; isCut: boolean } {
  const end = Math.min(toSeq, NEWEST - 1) + 1
  const last = listBefore(database, channelId, SHOWN_KINDS, end, limit)
  const oldest = last[0]
  const reaches = fromSeq === undefined || oldest === undefined || oldest.seq <= fromSeq
  if (reaches) return { entries: last, isCut: false }
  const most = Math.max(FOLLOWING_MAX, limit)
  const following = listFrom(database, channelId, SHOWN_KINDS, fromSeq, { before: end, limit: most + 1 })
  return { entries: following.slice(0, most), isCut: following.length > most }
}

function isMoreAfter(database: Database, { channelId, toSeq }: Params<'timeline'>): boolean {
  return toSeq !== undefined && listFrom(database, channelId, SHOWN_KINDS, toSeq + 1, { limit: 1 }).length > 0
}

type Around = Params<'timeline'> & { around: Place & { after: number } }

/** One more than is wanted tells on either side whether there is more. */
function windowAround(database: Database, firstSeq: number, { channelId, limit, around }: Around): Window {
  const place = 'seq' in around ? around.seq : seqAt(database, channelId, around.at)
  // A time before all that is here may be that of an entry which is not here yet.
  const isHere = firstSeq <= 1 || ('seq' in around ? place >= firstSeq : place > firstSeq)
  if (!isHere) return { entries: [], moreBefore: true, moreAfter: true, loading: true }
  const before = listBefore(database, channelId, SHOWN_KINDS, place, limit + 1)
  const after = listFrom(database, channelId, SHOWN_KINDS, place, { limit: around.after + 1 })
  return {
    entries: [...before.slice(-limit), ...after.slice(0, around.after)],
    moreBefore: firstSeq > 1 || before.length > limit,
    moreAfter: after.length > around.after,
    loading: false,
    place,
  }
}

/** Whether what a timeline looks at is not all here, and there is more on the server. */
export function isWanting(
  database: Database,
  row: ChannelRow | undefined,
  params: Params<'timeline'>,
): boolean {
  if (!row?.log || row.log.firstSeq <= 1) return false
  const { entries, loading, place = NEWEST } = windowOf(database, row, params)
  return loading || entries.filter(({ seq }) => seq < place).length < params.limit
}

const PAGE_MIN = 100

/** How many entries are fetched at once for it: all that a page may hold where much is missing. */
export function pageFor({ limit, around }: Params<'timeline'>): number {
  return around ? limits.LOG_PAGE_MAX : Math.min(limits.LOG_PAGE_MAX, Math.max(PAGE_MIN, limit))
}
