/** What was written and not sent yet, in a channel or one of its threads: its words only, on all of the user's devices. SPEC.md, OWN-10. */
import type { ChannelId } from '@reforms/protocol'
import type { IntentInput } from '../../engine-api.ts'
import type { Context } from '../context.ts'
import { readValuedRecords } from '../tables/registers.ts'
import { keep, kept } from './keeping.ts'

const DRAFT = 'draft/'
const recordOf = (channelId: ChannelId) => `${DRAFT}${channelId}`
const keyOf = (thread: number | undefined) => (thread === undefined ? 'channel' : `thread/${thread}`)

/** An empty one is taken away. Throws IntentError 'too-large' where it is longer than can be kept: then it stays where it was typed. */
export function keepDraft(context: Context, { channelId, thread, text }: IntentInput<'draft.keep'>): void {
  keep(context, recordOf(channelId), [[keyOf(thread), text === '' ? undefined : text]])
}

export function draftText(
  context: Pick<Context, 'database'>,
  { channelId, thread }: { channelId: ChannelId; thread?: number },
): string {
  const text = kept(context, recordOf(channelId), keyOf(thread))
  return typeof text === 'string' ? text : ''
}

export function channelsWithDrafts({ database }: Pick<Context, 'database'>): ReadonlySet<ChannelId> {
  const records = readValuedRecords(database, DRAFT)
  return new Set(records.map((record) => record.slice(DRAFT.length) as ChannelId))
}
