/** Fetching the log: the newest page at first, what follows, and what lies before. SPEC.md, LOG-7, LOG-8, ENG-2. */
import { limits, type ChannelId, type Entry, type Output } from '@reforms/protocol'
import type { Context } from '../context.ts'
import {
  readChannel,
  saveCursor,
  saveLastAt,
  saveReadSeq,
  saveServerSeq,
  saveStart,
  type ChannelRow,
} from '../tables/channels.ts'
import { applyForward, learnFromHistory, PAGE, readBackwards } from './applying.ts'
import { sameBytes } from '../bytes.ts'
import { checkChain, LogDiverged } from './chain.ts'
import { readCommitsAfter } from '../tables/entries.ts'
import { followCommit, saveMembership } from './following.ts'
import { tellLate } from './notifying.ts'
import { isNews, readWaitingAgain, type Reading } from './reading.ts'
import { DEVICE_SINCE, readSetting } from '../tables/settings.ts'

const FIRST_PAGE = 60

interface LogPlace {
  readonly seq: number
  readonly head: Uint8Array
}

/** A page that was asked for before the one before it was stored. */
export interface PageAhead extends LogPlace {
  readonly page: Promise<Output<'log.read'>>
}

/** The newest page of a log of which nothing is here yet. Older pages follow when somebody scrolls back. */
export async function fetchStart(context: Context, channelId: ChannelId): Promise<void> {
  const before = Number.MAX_SAFE_INTEGER
  const page = await context.ports.transport.call('log.page', { channelId, before, limit: FIRST_PAGE })
  const [first, last] = [page.entries[0], page.entries.at(-1)]
  if (!first || !last) return
  checkChain(page.entries, { channelId, seq: first.seq - 1, head: page.headBefore })
  const { readings, store } = await readBackwards(context, page.entries)
  context.database.transaction(() => {
    store()
    saveStart(context.database, channelId, first.seq, page.headBefore)
    saveCursor(context.database, channelId, last.seq, last.head)
    page.entries.forEach((entry, index) => {
      if (isNews(entry, readings[index] as Reading)) saveLastAt(context.database, channelId, entry.at)
    })
    markOldAsRead(context, channelId, page.entries)
  })
  page.entries.forEach((entry, index) => tellLate(context, entry, readings[index] as Reading))
  await learnFromHistory(context, channelId)
  context.channelChanged(channelId)
}

/** What was said before this device came, or before this user was asked in, is not news. */
function markOldAsRead(context: Context, channelId: ChannelId, entries: readonly Entry[]): void {
  const row = readChannel(context.database, channelId)
  if (!row || row.readSeq > 0) return
  const newest = entries.at(-1)?.seq ?? 0
  saveReadSeq(context.database, channelId, row.groupSeq ?? entranceSince(context, row, entries) ?? newest)
}

/** Where this user came in, if that was after this device was made: the Welcome may come later than the log. */
function entranceSince(context: Context, row: ChannelRow, entries: readonly Entry[]): number | undefined {
  const entrance = entries.find((entry) => entry.seq === row.joinedSeq)
  const since = Number(readSetting(context.database, DEVICE_SINCE) ?? Infinity)
  return entrance && entrance.at >= since ? entrance.seq : undefined
}

/** One page of what follows. Returns false when there is nothing more. Where no more can come, all that is here is shown. */
export async function fetchForward(context: Context, channelId: ChannelId): Promise<boolean> {
  try {
    return await fetchPage(context, channelId)
  } catch (problem) {
    context.channelChanged(channelId)
    throw problem
  }
}

async function fetchPage(context: Context, channelId: ChannelId): Promise<boolean> {
  const log = readChannel(context.database, channelId)?.log
  if (!log) return false
  const answer = await pageAfter(context, channelId, log)
  const last = answer.entries.at(-1)
  // A full page may end where the log does: nothing follows then by which what has come would be told.
  const isLast = answer.entries.length < PAGE || (last?.seq ?? 0) >= answer.seq
  // The next page comes while this one is read. Should this one not fit, nobody asks for it.
  if (last && !isLast) context.pagesAhead.set(channelId, askAhead(context, last))
  await applyForward(context, channelId, answer.entries, isLast)
  checkEnd(answer, readChannel(context.database, channelId)?.log ?? log)
  saveServerSeq(context.database, channelId, answer.seq)
  return answer.entries.length > 0
}

function ask(context: Context, channelId: ChannelId, { seq, head }: LogPlace): Promise<Output<'log.read'>> {
  return context.ports.transport.call('log.read', { channelId, after: seq, head, limit: PAGE })
}

function askAhead(context: Context, last: Entry): PageAhead {
  const page = ask(context, last.channelId, last)
  // Whoever waits for the page is told; after a lost connection it is asked for anew.
  page.catch(() => context.pagesAhead.delete(last.channelId))
  return { seq: last.seq, head: last.head, page }
}

/** The page that was asked for ahead, where it is the one that follows what is here. */
function pageAfter(context: Context, channelId: ChannelId, log: LogPlace): Promise<Output<'log.read'>> {
  const ahead = context.pagesAhead.get(channelId)
  context.pagesAhead.delete(channelId)
  const follows = ahead?.seq === log.seq && sameBytes(ahead.head, log.head)
  return follows ? ahead.page : ask(context, channelId, log)
}

/** The end that an answer names is not before what is here, and where it is the same it has the same head. Throws LogDiverged. */
function checkEnd(end: { seq: number; head?: Uint8Array }, here: { seq: number; head: Uint8Array }): void {
  const differs = end.seq === here.seq && end.head !== undefined && !sameBytes(end.head, here.head)
  if (end.seq < here.seq || differs) throw new LogDiverged(`the log ends otherwise than here at ${here.seq}`)
}

/** One page of what lies before. Returns false when the first entry is here. */
export async function fetchBackward(context: Context, channelId: ChannelId, limit = 100): Promise<boolean> {
  const log = readChannel(context.database, channelId)?.log
  if (!log || log.firstSeq <= 1) return false
  const page = await context.ports.transport.call('log.page', {
    channelId,
    before: log.firstSeq,
    limit: Math.min(limit, limits.LOG_PAGE_MAX),
  })
  const first = page.entries[0]
  if (!first) return false
  checkChain(page.entries, { channelId, seq: first.seq - 1, head: page.headBefore })
  checkJoint(page.entries.at(-1)?.head, log.headBefore)
  const { store } = await readBackwards(context, page.entries)
  context.database.transaction(() => {
    store()
    saveStart(context.database, channelId, first.seq, page.headBefore)
  })
  await learnFromHistory(context, channelId)
  await readWaitingAgain(context, channelId)
  context.channelChanged(channelId)
  return true
}

/** Goes on fetching what lies before until an entry is here. False where there is none, or the connection is lost. */
export function fetchBackTo(context: Context, channelId: ChannelId, seq: number): Promise<boolean> {
  const isHere = () => {
    const log = readChannel(context.database, channelId)?.log
    return log !== undefined && log.firstSeq <= seq && seq <= log.seq
  }
  return context.serial.run(channelId, async () => {
    while (!isHere() && context.online) {
      if (!(await fetchBackward(context, channelId, limits.LOG_PAGE_MAX))) break
    }
    return isHere()
  })
}

function checkJoint(head: Uint8Array | undefined, expected: Uint8Array): void {
  if (!head || !head.every((byte, index) => byte === expected[index])) {
    throw new LogDiverged('the history before what is known here does not lead to it')
  }
}

/** Lets the group follow commits that are stored already: after a Welcome for an earlier epoch than the log's. */
export async function followStored(context: Context, channelId: ChannelId): Promise<boolean> {
  const row = readChannel(context.database, channelId)
  if (!row?.log || row.groupSeq === undefined) return false
  if (row.log.firstSeq > row.groupSeq + 1) return fetchBackward(context, channelId)
  const [entry] = readCommitsAfter(context.database, channelId, row.groupSeq)
  if (!entry) return false
  const followed = await followCommit(context, entry, row)
  context.database.transaction(() => {
    followed.store()
    saveMembership(context, channelId, entry.seq, followed)
    context.database.run(
      'UPDATE channel SET group_seq = max(group_seq, ?) WHERE channel_id = ? AND group_seq IS NOT NULL',
      [entry.seq, channelId],
    )
  })
  await learnFromHistory(context, channelId)
  await readWaitingAgain(context, channelId)
  context.pokeVault()
  return true
}
