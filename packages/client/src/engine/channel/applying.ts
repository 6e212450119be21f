/**
 * Applying the log forwards: live entries and catch-up alike. Each step writes its entries, what they did to the group, and
 * the cursor in one transaction, so that a crash between two steps only means that the rest is fetched again. SPEC.md, ENG-1.
 */
import { limits, type ChannelId, type Entry } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel, saveCursor, saveLastAt, type ChannelRow } from '../tables/channels.ts'
import { markHistoryOpened, saveEntry } from '../tables/entries.ts'
import { readEpoch } from '../tables/epochs.ts'
import { removeFromOutbox } from '../tables/outbox.ts'
import { checkChain } from './chain.ts'
import { eraseRelated, PlainMessages } from './changed-relations.ts'
import { erasedBy, isRefusedOrder } from './erasing.ts'
import { followCommit, membershipContent } from './following.ts'
import { decodeCommitPayload, openStoredHistory } from './history.ts'
import { noteArrived } from './new-since.ts'
import { tellOf } from './notifying.ts'
import { misplacedOf } from './placing.ts'
import {
  isNews,
  noteContent,
  noteSpoken,
  proveSigners,
  readMessages,
  readWaitingAgain,
  type Reading,
} from './reading.ts'
import { noteTrouble } from './trouble.ts'
import { isJudged, judged } from './writers.ts'

/** Entries that follow what is stored, in order. Throws LogDiverged where they do not. */
export async function applyForward(
  context: Context,
  channelId: ChannelId,
  entries: Entry[],
  live: boolean,
): Promise<void> {
  const row = readChannel(context.database, channelId)
  if (!row?.log) return
  const log = row.log
  const fresh = entries.filter((entry) => entry.seq > log.seq)
  checkChain(fresh, { channelId, ...log })
  for (const run of runsOf(fresh)) {
    if (run[0]?.kind === 'commit') await applyCommitEntry(context, run[0])
    else await applyOthers(context, channelId, run, live)
  }
  if (live || isTimeToTell(context, channelId)) context.channelChanged(channelId)
  if (live) context.watches.hasCome()
}

/** While page follows page, what is seen of it changes this often: to make and draw it takes as long as to read a page. */
const TELL_PAGES_MS = 2000

function isTimeToTell(context: Context, channelId: ChannelId): boolean {
  const [now, toldAt] = [context.now(), context.pagesToldAt.get(channelId) ?? 0]
  if (Math.abs(now - toldAt) < TELL_PAGES_MS) return false
  context.pagesToldAt.set(channelId, now)
  return true
}

/** A commit changes the group, and a redaction needs its target to be stored. */
function standsAlone(entry: Entry | undefined): boolean {
  return entry?.kind === 'commit' || entry?.kind === 'redaction'
}

/** What lies between two entries that stand alone can be read together. */
export function runsOf(entries: readonly Entry[]): Entry[][] {
  const runs: Entry[][] = []
  for (const entry of entries) {
    const last = runs.at(-1)
    if (last && !standsAlone(entry) && !standsAlone(last[0])) last.push(entry)
    else runs.push([entry])
  }
  return runs
}

/** The group follows only where it stands right before this entry; else followStored does so later. */
function groupAt(row: ChannelRow, entry: Entry): { generation: number; epoch: number } | undefined {
  if (row.groupSeq === undefined || row.groupSeq >= entry.seq) return undefined
  return { generation: row.generation, epoch: row.epoch }
}

async function applyCommitEntry(context: Context, entry: Entry): Promise<void> {
  const row = readChannel(context.database, entry.channelId)
  if (!row) return
  const followed = await followCommit(context, entry, groupAt(row, entry))
  context.database.transaction(() => {
    saveEntry(context.database, entry, 'plain', membershipContent(followed))
    followed.store()
    saveCursor(context.database, entry.channelId, entry.seq, entry.head)
    if (readEpoch(context.database, entry.channelId, entry.generation, entry.epoch)) {
      markHistoryOpened(context.database, entry.channelId, entry.seq)
    }
  })
  if (decodeCommitPayload(entry.payload)?.history) await learnFromHistory(context, entry.channelId)
  context.pokeVault()
}

export async function learnFromHistory(context: Context, channelId: ChannelId): Promise<void> {
  if (await openStoredHistory(context, channelId)) await readWaitingAgain(context, channelId)
}

async function applyOthers(
  context: Context,
  channelId: ChannelId,
  run: Entry[],
  live: boolean,
): Promise<void> {
  await proveSigners(context, run)
  const readings = await readAll(context, run)
  const erased = await erasedBy(context, run)
  const isUnsigned = run.some((entry) => isRefusedOrder(context, entry, erased))
  const last = run.at(-1)
  if (!last) return
  context.database.transaction(() => {
    storeAll(context, run, readings)
    for (const { sender, clientId } of run) {
      if (sender === context.keys?.deviceId) removeFromOutbox(context.database, clientId)
    }
    const spoken = run.filter((entry, index) => isNews(entry, readings[index] as Reading)).map(({ at }) => at)
    if (spoken.length > 0) saveLastAt(context.database, channelId, Math.max(...spoken))
    if (isUnsigned) noteTrouble(context, channelId, 'erasure')
    for (const one of erased) eraseRelated(context, channelId, one)
    saveCursor(context.database, channelId, last.seq, last.head)
  })
  noteArrived(context, run, readings)
  if (run.some((entry) => entry.sender === context.keys?.deviceId)) context.outboxChanged()
  if (run.some((entry) => entry.senderUser === context.keys?.userId)) context.laterChanged()
  // Who has sent it types no more.
  for (const { senderUser } of run) if (senderUser) context.typing.get(channelId)?.delete(senderUser)
  if (live) run.forEach((entry, index) => tellOf(context, entry, readings[index] as Reading))
}

/** What does not stand where its author could have put it is read no further. */
async function readAll(context: Context, entries: readonly Entry[]): Promise<Reading[]> {
  const misplaced = misplacedOf(context, entries)
  const placed = entries.filter(({ seq }) => !misplaced.has(seq))
  const readings = await readMessages(context, placed)
  const bySeq = new Map(placed.map(({ seq }, index) => [seq, readings[index] as Reading]))
  return entries.map(({ seq }) => bySeq.get(seq) ?? { state: 'bad' })
}

/** Under the name of whose device signed it, whatever the server says (MSG-6). */
function byAuthor(entry: Entry, { author }: Reading): Entry {
  return author ? { ...entry, senderUser: author } : entry
}

/** Each as what it comes to, where it stands: what was said before it may forbid it. In the place of what was read is what holds. */
function storeAll(context: Context, entries: readonly Entry[], readings: Reading[]): void {
  const plain = new PlainMessages(context)
  const mayBeBarred = isJudged(context, entries, readings)
  entries.forEach((entry, index) => {
    const read = readings[index] as Reading
    const reading = mayBeBarred ? judged(context, entry, read) : read
    readings[index] = reading
    saveEntry(context.database, byAuthor(entry, reading), reading.state, reading.content)
    noteContent(context, entry, reading, plain)
  })
  plain.note()
}

/** Entries that lie before what is stored: the same, without a group to follow and without telling anybody. */
export async function readBackwards(
  context: Context,
  entries: readonly Entry[],
): Promise<{ readings: Reading[]; store: () => void }> {
  await proveSigners(context, entries)
  const readings = await readAll(context, entries)
  const erased = await erasedBy(context, entries)
  const store = () => {
    storeAll(context, entries, readings)
    noteSpoken(context, entries, readings)
    for (const one of erased) eraseRelated(context, entries[0]?.channelId as ChannelId, one)
  }
  return { readings, store }
}

/** How many entries are asked for at once while catching up. */
export const PAGE = limits.LOG_PAGE_MAX
