/** What the server itself says in a channel's log, in clear (SPEC.md, LOG-*). Callers hold the channel's row lock. */
import { encodeCbor, uuidV7, type ClientId, type Entry, type NoticePayload } from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Services } from '../../ports/call.ts'
import { appendEntry, type LogEnd } from '../log/append.ts'
import type { LockedChannel } from './locked-channel.ts'

/** Answers the entries, which are announced after the commit. */
export async function appendNotices(
  transaction: TransactionSql,
  { generation, epoch, ...channel }: LockedChannel,
  notices: readonly NoticePayload[],
  { clock, random }: Services,
): Promise<Entry[]> {
  const entries: Entry[] = []
  let end: LogEnd = channel
  for (const notice of notices) {
    const at = clock()
    const clientId = uuidV7(at, random(10)) as ClientId
    const payload = encodeCbor(notice)
    const entry = await appendEntry(transaction, end, {
      kind: 'notice',
      generation,
      epoch,
      clientId,
      at,
      payload,
    })
    entries.push(entry)
    end = entry
  }
  return entries
}
