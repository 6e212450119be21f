/** Which new messages deserve a notification, and what it says. SPEC.md, ENG-9. */
import type { Entry, UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { isMuted } from '../personal/channel-list.ts'
import { readChannel, type ChannelRow } from '../tables/channels.ts'
import { readPerson } from '../tables/people.ts'
import { plainLine } from '../views/plain-line.ts'
import { readPlace } from '../tables/relations.ts'
import { callsMyTeam } from './mentioned.ts'
import { isInThread } from './threads.ts'
import type { Reading } from './reading.ts'
import { callsAll, saidOf, type Said } from './said.ts'

type Told = Pick<Entry, 'channelId' | 'seq' | 'at' | 'notify' | 'relatesTo'> & {
  senderUser?: UserId | undefined
}

const BODY_MAX_CHARACTERS = 160

/** What was said longer ago is for the list of channels to tell. */
const RECENT_MS = 5 * 60 * 1000

/** What is read late, because its key or its channel came late: told where it is news still. */
export function tellLate(context: Context, entry: Told, reading: Reading): void {
  const readSeq = readChannel(context.database, entry.channelId)?.readSeq ?? Infinity
  if (entry.seq > readSeq && context.now() - entry.at < RECENT_MS) tellOf(context, entry, reading)
}

export function tellOf(context: Context, entry: Told, reading: Reading): void {
  const mine = context.keys?.userId
  const said = saidOf(reading.decoded)
  if (!mine || !said || authorOf(entry, reading) === mine) return
  if (context.focused === entry.channelId) return
  const row = readChannel(context.database, entry.channelId)
  if (!row || !isWorthTelling(context, row, entry, said)) return
  const userId = authorOf(entry, reading)
  const author = userId ? readPerson(context.database, userId)?.displayName : undefined
  const body = plainLine(said.text, BODY_MAX_CHARACTERS) || 'Sent a file'
  const title = row.kind === 'direct' ? (author ?? 'New message') : `${author ?? ''} in ${row.name}`
  const { channelId, seq } = entry
  const place = readPlace(context.database, entry)
  // Told when it came the first time (MSG-10).
  if (place === 'nowhere') return
  const root = place === 'thread' ? entry.relatesTo : undefined
  const thread = root === undefined ? {} : { thread: root }
  context.tell({ about: 'message', channelId, seq, ...thread, title, body })
}

/** Of what is muted only what names this user, or a team of theirs (OWN-6). */
function isWorthTelling(context: Context, { channelId, kind }: ChannelRow, entry: Told, said: Said): boolean {
  if (isMuted(context, channelId)) return namesMe(context, entry) || callsMyTeam(context, said)
  return kind === 'direct' || isForMe(context, entry, said)
}

function namesMe({ keys }: Context, { notify }: Told): boolean {
  return keys !== undefined && (notify?.includes(keys.userId) ?? false)
}

/** What names or calls on this user, and what is said in a thread that they are part of. */
function isForMe(context: Context, entry: Told, said: Said): boolean {
  if (namesMe(context, entry) || callsAll(said) || callsMyTeam(context, said)) return true
  return said.type === 'thread' && isInThread(context, entry.channelId, said.to.seq)
}

/** Who signed, whatever the server says. */
function authorOf({ senderUser }: Told, { author }: Reading): UserId | undefined {
  return author ?? senderUser
}
