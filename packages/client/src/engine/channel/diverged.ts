/**
 * The server's log is another than the one known here: a restore, a failover that lost something, or a lie. What is here is
 * kept, one's own lost entries go back into the outbox under the same clientId, and if the group had gone on meanwhile the
 * channel starts a new generation. DESIGN: "The log is a hash chain"; SPEC.md, LOG-8, GEN-2.
 */
import { encodeContent, FIRST_HEAD, knownContent } from '@reforms/crypto'
import type { ChannelId, Entry, UserId } from '@reforms/protocol'
import { limits } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel, saveCursor, saveStart, type ChannelRow } from '../tables/channels.ts'
import { readEntry, toStoredEntry } from '../tables/entries.ts'
import { keepMessagesAfter } from '../tables/kept-messages.ts'
import { removeCallsAfter } from '../tables/inbox.ts'
import { addToOutbox, readOutbox, removeFromOutbox, saveOutboxContent } from '../tables/outbox.ts'
import { removePendingCommit } from '../tables/pending-commits.ts'
import { removeAboutAfter } from '../tables/about.ts'
import { removePoliciesAfter } from '../tables/policies.ts'
import { removeRelationsAfter } from '../tables/relations.ts'
import { sameBytes } from '../bytes.ts'
import { checkChain } from './chain.ts'
import { unindexLost } from './findable.ts'
import { prepareGeneration } from './generations.ts'
import { setGroupAside, takeUpLastGroup } from './last-group.ts'
import { withoutLostRelations, type SentAgain } from './lost-relations.ts'
import { noteTrouble } from './trouble.ts'

const LOST =
  'The server lost part of this conversation, after a restore for example, or hides it. What this device has stays here, and what was sent from it is being sent again.'

export async function mendDivergedLog(context: Context, channelId: ChannelId): Promise<void> {
  const row = readChannel(context.database, channelId)
  if (!row?.log) return
  const { shared, end } = await compareLogs(context, row)
  context.ports.log.warn('the log diverged', { channelId, here: row.log.seq, shared: shared?.seq ?? 0 })
  const groupIsAhead = row.groupSeq !== undefined && row.groupSeq > (shared?.seq ?? 0)
  if (groupIsAhead) await prepareGeneration(context, channelId)
  context.database.transaction(() => {
    queueAgain(context, row, shared)
    if (groupIsAhead) setGroupAside(context, channelId, { sharedSeq: shared?.seq ?? 0 })
    else removePendingCommit(context.database, channelId)
    cutBack(context, row, shared, end)
    takeUpLastGroup(context, channelId, shared?.seq ?? 0)
    noteTrouble(context, channelId, 'history', row.log?.seq === shared?.seq ? undefined : LOST)
  })
  context.channelChanged(channelId)
}

interface Comparison {
  /** The newest entry that both logs have, by its head. */
  shared: Place | undefined
  /** Where the server's log ends: what follows the shared entry is to be fetched. */
  end: number
}

/** Reads the server's log backwards until an entry of it is known here. */
async function compareLogs(context: Context, row: ChannelRow): Promise<Comparison> {
  let before = Number.MAX_SAFE_INTEGER
  let end = 0
  for (;;) {
    const page = await context.ports.transport.call('log.page', {
      channelId: row.channelId,
      before,
      limit: limits.LOG_PAGE_MAX,
    })
    const first = page.entries[0]
    if (!first) return { shared: undefined, end }
    end = Math.max(end, page.entries.at(-1)?.seq ?? 0)
    checkChain(page.entries, { channelId: row.channelId, seq: first.seq - 1, head: page.headBefore })
    const shared = page.entries.findLast((entry) => isKnown(context, entry))
    if (shared) return { shared: { seq: shared.seq, head: shared.head }, end }
    if (first.seq <= (row.log?.firstSeq ?? 1)) return { shared: undefined, end }
    before = first.seq
  }
}

function isKnown(context: Context, entry: Entry): boolean {
  const here = readEntry(context.database, entry.channelId, entry.seq)
  return here !== undefined && sameBytes(here.head, entry.head)
}

interface Place {
  seq: number
  head: Uint8Array
}

/** What is sent again follows the log that is shared, and says so: readers compare it with theirs (MSG-7). */
function restated(encoded: Uint8Array, shared: Place = { seq: 0, head: FIRST_HEAD }): Uint8Array {
  const content = knownContent(encoded)
  if (!content || content.sent.seq <= shared.seq) return encoded
  return encodeContent({ ...content, sent: { seq: shared.seq, head: shared.head } })
}

/** What waits, and one's own that the server's log does not have: all of it goes (again), in words that fit the log that is shared. */
function queueAgain(context: Context, row: ChannelRow, shared: Place | undefined): void {
  const { database } = context
  const waiting = readOutbox(database, row.channelId).map(({ createdAt: _, ...item }): Waiting => item)
  const lost = readOwnLost(context, row, shared)
  const kept = withoutLostRelations<Waiting>([...lost, ...waiting], shared?.seq ?? 0)
  for (const item of kept) {
    const content = restated(item.content, shared)
    if (item.createdAt === undefined) saveOutboxContent(database, item.clientId, content, item.relatesTo)
    else addToOutbox(database, { ...item, channelId: row.channelId, createdAt: item.createdAt, content })
  }
  const dropped = waiting.filter(({ clientId }) => !kept.some((item) => item.clientId === clientId))
  for (const { clientId } of dropped) removeFromOutbox(database, clientId)
}

/** With a time where it is not in the outbox yet. */
interface Waiting extends SentAgain {
  createdAt?: number
  notify?: UserId[] | undefined
}

function readOwnLost(context: Context, row: ChannelRow, shared: Place | undefined): Waiting[] {
  return context.database
    .all(
      `SELECT * FROM entry WHERE channel_id = ? AND seq > ? AND kind = 'message' AND sender = ? AND state = 'clear'
       ORDER BY seq`,
      [row.channelId, shared?.seq ?? 0, context.requireKeys().deviceId],
    )
    .map(toStoredEntry)
    .flatMap(({ clientId, content, relatesTo, notify, at }) =>
      content ? [{ clientId, content, relatesTo, notify, createdAt: at }] : [],
    )
}

/** Takes the entries that the server does not have out of the log here, or all where nothing is shared; their messages are kept. */
function cutBack(context: Context, row: ChannelRow, shared: Place | undefined, end: number): void {
  const { database } = context
  keepMessagesAfter(database, row.channelId, shared?.seq ?? 0, context.requireKeys().deviceId)
  context.viewCache.logCut(row.channelId)
  database.run('DELETE FROM entry WHERE channel_id = ? AND seq > ?', [row.channelId, shared?.seq ?? 0])
  const forget = () => removeRelationsAfter(database, row.channelId, shared?.seq ?? 0)
  unindexLost(context, row.channelId, shared?.seq ?? 0, forget)
  removeCallsAfter(database, row.channelId, shared?.seq ?? 0)
  removeAboutAfter(database, row.channelId, shared?.seq ?? 0)
  removePoliciesAfter(database, row.channelId, shared?.seq ?? 0)
  database.run('UPDATE channel SET server_seq = ? WHERE channel_id = ?', [end, row.channelId])
  if (shared) {
    saveCursor(database, row.channelId, shared.seq, shared.head)
    return
  }
  database.run('UPDATE channel SET seq = NULL, head = NULL WHERE channel_id = ?', [row.channelId])
  saveStart(database, row.channelId, 0, new Uint8Array(32))
}
