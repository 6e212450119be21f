/**
 * What a channel's members have to be told about its server: that something did not fit and was not taken over. Said where they
 * look, and long enough that they see it, though the channel itself goes on within seconds. SPEC.md, LOG-17.
 */
import type { ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { hasWarning, raiseWarning, readShown, settleWarning } from '../tables/warnings.ts'

/** What cannot be settled by looking again stands for a day. */
const SHOWN_FOR_MS = 24 * 60 * 60 * 1000

export type Trouble = 'history' | 'withheld' | 'erasure' | 'addition' | 'entrance' | 'change'

const WORDS = {
  history:
    'The server contradicted itself about this conversation. Nothing that this device has was changed by it.',
  withheld:
    'The server says that there is more in this conversation than it hands out. Messages may be missing here. Tell an administrator.',
  erasure:
    'The server asked for a message here to be erased, but nobody who may do so has signed for it. The message was kept.',
  addition: 'What the server gave for adding somebody does not verify, so they were not added.',
  entrance:
    'What the server shows of this channel’s encryption does not verify, so this device does not go in and sends nothing. It keeps trying.',
  change: 'A change to this channel did not verify, so this device did not go along with it.',
} as const satisfies Record<Trouble, string>

/** In the place of the words about an entrance: nobody is at fault (LIM-7). */
export const FULL = 'This channel is as large as it can be, so this device does not come in. It keeps trying.'

const aboutOf = (channelId: ChannelId, trouble: Trouble | '') => `channel/${channelId}/${trouble}`

/** Also within a step's transaction. */
export function noteTrouble(
  context: Context,
  channelId: ChannelId,
  trouble: Trouble,
  words: string = WORDS[trouble],
): void {
  raiseWarning(context.database, aboutOf(channelId, trouble), words, context.now())
  context.channelChanged(channelId)
}

export function settleTrouble(context: Context, channelId: ChannelId, trouble: Trouble): void {
  const about = aboutOf(channelId, trouble)
  if (!hasWarning(context.database, about)) return
  settleWarning(context.database, about)
  context.channelChanged(channelId)
}

export function troublesOf(context: Context, channelId: ChannelId): string[] {
  return readShown(context.database, aboutOf(channelId, ''), context.now() - SHOWN_FOR_MS)
}
