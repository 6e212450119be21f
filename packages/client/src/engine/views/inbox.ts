/** The inbox: a line for each thing that calls on the user. Answers in one thread, and reactions to one message, are one line. SPEC.md, OWN-12. */
import type { Params } from '../../engine-api.ts'
import type { InboxItem } from '../../personal-api.ts'
import { isReaction } from '../channel/emoji.ts'
import type { Context } from '../context.ts'
import { callsOf, type Standing } from '../personal/inbox.ts'
import { readRelationsTo } from '../tables/relations.ts'
import { personName } from './names.ts'
import { readPlaced } from './placed-message.ts'

const SHOWN = 100

/** The newest first; of what is snoozed, what comes back next. */
export function inboxView(context: Context, { show }: Params<'inbox'>): InboxItem[] {
  const calls = callsOf(context, { past: show === 'read' }).filter(({ state }) => state === show)
  if (show === 'snoozed') calls.sort((a, b) => (a.until ?? 0) - (b.until ?? 0))
  return linesOf(calls)
    .slice(0, SHOWN)
    .flatMap((line) => itemOf(context, line) ?? [])
}

export function inboxCount(context: Context): number {
  return linesOf(callsOf(context, { past: false }).filter(({ state }) => state === 'new')).length
}

type Line = [first: Standing, ...others: Standing[]]

function linesOf(calls: readonly Standing[]): Line[] {
  const lines = new Map<string, Line>()
  for (const call of calls) {
    const { channelId, kind, target, seq, until } = call
    const isOne = kind === 'answer' || kind === 'reaction'
    const name = `${channelId}/${isOne ? `${kind}/${target}/${until ?? ''}` : seq}`
    const line = lines.get(name)
    if (line) line.push(call)
    else lines.set(name, [call])
  }
  return [...lines.values()]
}

function itemOf(context: Context, line: Line): InboxItem | undefined {
  const [{ channelId, seq, kind, target, at, until }] = line
  const placed = readPlaced(context, channelId, kind === 'reaction' ? target : seq)
  if (!placed) return undefined
  const people = [...new Set(line.flatMap(({ author }) => author ?? []))]
  return {
    ...placed,
    kind,
    at,
    seqs: line.map((call) => call.seq),
    people: people.map((userId) => ({ userId, name: personName(context, userId) })),
    ...(kind === 'reaction' ? { emoji: emojiOf(context, line) } : {}),
    ...(until === undefined ? {} : { until }),
  }
}

function emojiOf({ database }: Context, line: Line): string[] {
  const [{ channelId, target }] = line
  const seqs = new Set(line.map(({ seq }) => seq))
  const given = readRelationsTo(database, channelId, target).filter(({ seq }) => seqs.has(seq))
  // An older program noted anything that was called one.
  return [...new Set(given.map(({ emoji }) => emoji))].filter(isReaction)
}
