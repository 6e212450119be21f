/** Which new messages deserve a notification, and what it says. SPEC.md, ENG-9. */
import type { ChannelId, Entry } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { readPerson } from '../tables/people.ts'
import type { Reading } from './reading.ts'

const BODY_MAX_CHARACTERS = 160

export function tellOf(context: Context, entry: Entry, reading: Reading): void {
  const mine = context.keys?.userId
  if (!mine || reading.decoded?.type !== 'text' || entry.senderUser === mine) return
  if (context.focused === entry.channelId) return
  const row = readChannel(context.database, entry.channelId)
  const named = entry.notify?.includes(mine) ?? false
  if (!row || (row.kind !== 'direct' && !named)) return
  const author = entry.senderUser ? readPerson(context.database, entry.senderUser)?.displayName : undefined
  const body = reading.decoded.text.slice(0, BODY_MAX_CHARACTERS) || 'Sent a file'
  tell(
    context,
    entry.channelId,
    row.kind === 'direct' ? (author ?? 'New message') : `${author ?? ''} in ${row.name}`,
    body,
  )
}

function tell(context: Context, channelId: ChannelId, title: string, body: string): void {
  for (const listener of context.notificationListeners) listener({ channelId, title, body })
}
