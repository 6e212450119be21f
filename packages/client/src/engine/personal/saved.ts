/** Messages that the user has saved, to come back to. SPEC.md, OWN-8. */
import type { ChannelId } from '@reforms/protocol'
import type { IntentInput } from '../../engine-api.ts'
import type { SavedItem } from '../../personal-api.ts'
import type { Context } from '../context.ts'
import { readPlaced } from '../views/placed-message.ts'
import { allKept, keep } from './keeping.ts'

const SAVED = 'saved'

export function saveMessage(context: Context, { channelId, seq, on }: IntentInput<'saved.set'>): void {
  keep(context, SAVED, [[`${channelId}/${seq}`, on ? context.now() : undefined]])
}

function savedIn(
  context: Pick<Context, 'database'>,
): { channelId: ChannelId; seq: number; savedAt: number }[] {
  return allKept(context, SAVED).flatMap(([key, savedAt]) => {
    const [channelId, seq] = key.split('/')
    if (typeof savedAt !== 'number' || !/^[1-9]\d*$/.test(seq ?? '')) return []
    return [{ channelId: channelId as ChannelId, seq: Number(seq), savedAt }]
  })
}

/** The one that was saved last first; what this user may not read any more is left out. */
export function savedView(context: Context): SavedItem[] {
  return savedIn(context)
    .sort((a, b) => b.savedAt - a.savedAt || b.seq - a.seq)
    .flatMap(({ channelId, seq, savedAt }) => {
      const placed = readPlaced(context, channelId, seq)
      return placed ? [{ ...placed, savedAt }] : []
    })
}

export function savedSeqs(context: Context, channelId: ChannelId): number[] {
  return savedIn(context).flatMap((saved) => (saved.channelId === channelId ? [saved.seq] : []))
}
