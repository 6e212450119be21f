/** A message in a line, with where it stands: for lists of messages of many channels. */
import { knownContent } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import type { PlacedMessage } from '../../personal-api.ts'
import { presentText } from '../channel/relating.ts'
import { filesOf, saidOf } from '../channel/said.ts'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { readEntry } from '../tables/entries.ts'
import { nameOf } from './channels.ts'
import { personName } from './names.ts'
import { plainLine } from './plain-line.ts'

const LINE_MAX_CHARACTERS = 300

/** Undefined where this user is not in the channel (any more), or the message was erased. */
export function readPlaced(context: Context, channelId: ChannelId, seq: number): PlacedMessage | undefined {
  const row = readChannel(context.database, channelId)
  if (!row || row.place === 'none') return undefined
  const where = { channelId, channelName: nameOf(context, row), channelKind: row.kind, seq }
  const entry = readEntry(context.database, channelId, seq)
  if (entry?.state === 'erased') return undefined
  const said = entry?.state === 'clear' && entry.content ? saidOf(knownContent(entry.content)) : undefined
  if (!entry || !said) return where
  const words = presentText(context, entry, said) || (filesOf(said)[0]?.name ?? '')
  const isAnswer = said.type === 'thread' && !said.inChannel
  return {
    ...where,
    ...(isAnswer ? { thread: said.to.seq } : {}),
    said: {
      ...(entry.senderUser ? { author: entry.senderUser } : {}),
      authorName: personName(context, entry.senderUser),
      at: entry.at,
      text: plainLine(words, LINE_MAX_CHARACTERS),
    },
  }
}
