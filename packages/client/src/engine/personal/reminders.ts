/**
 * Messages that the user wants to be reminded of, and what comes back to the inbox: told once on each device, and due until they are
 * done. SPEC.md, OWN-11, OWN-13.
 */
import type { ChannelId } from '@reforms/protocol'
import type { IntentInput } from '../../engine-api.ts'
import type { ReminderItem } from '../../personal-api.ts'
import type { Context } from '../context.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { readPlaced } from '../views/placed-message.ts'
import { snoozes } from './inbox.ts'
import { allKept, keep } from './keeping.ts'

const REMINDERS = 'reminders'
/** Which of those that are due this device has told of. */
const REMINDED = 'reminded'
/** After a start: a page takes so long until it listens. */
const SETTLED_MS = 5000
/** Timers of browsers and clocks that are set are not to be relied upon for longer. */
const LOOK_AGAIN_MS = 60_000
/** What was due longer ago was due while nobody was here: the list tells it. */
const TOLD_LATE_MS = 24 * 60 * 60 * 1000

export function setReminder(context: Context, { channelId, seq, at }: IntentInput<'reminder.set'>): void {
  keep(context, REMINDERS, [[`${channelId}/${seq}`, at]])
}

interface Reminder {
  channelId: ChannelId
  seq: number
  at: number
}

function remindersIn(context: Pick<Context, 'database'>): Reminder[] {
  return allKept(context, REMINDERS)
    .flatMap(([key, at]) => {
      const [channelId, seq] = key.split('/')
      if (typeof at !== 'number' || !/^[1-9]\d*$/.test(seq ?? '')) return []
      return [{ channelId: channelId as ChannelId, seq: Number(seq), at }]
    })
    .sort((a, b) => a.at - b.at)
}

/** Whatever has its time, the next one first. */
function alarmsIn(context: Pick<Context, 'database'>): (Reminder & { about: 'reminder' | 'inbox' })[] {
  return [
    ...remindersIn(context).map((each) => ({ ...each, about: 'reminder' as const })),
    ...snoozes(context).map((each) => ({ ...each, about: 'inbox' as const })),
  ].sort((a, b) => a.at - b.at)
}

/** The next one first, after those that are due. */
export function remindersView(context: Context): ReminderItem[] {
  const now = context.now()
  return remindersIn(context).flatMap(({ channelId, seq, at }) => {
    const placed = readPlaced(context, channelId, seq)
    return placed ? [{ ...placed, remindAt: at, due: at <= now }] : []
  })
}

/** Looks at the clock when the next reminder is due. One for an engine. */
export class Reminding {
  readonly #context: Context
  #cancel: (() => void) | undefined

  constructor(context: Context) {
    this.#context = context
    // Not within the transaction that changed them.
    context.remindersChanged = () => this.#lookIn(0)
  }

  /** Whoever is told is there by then. */
  start(): void {
    this.#lookIn(SETTLED_MS)
  }

  /** Whenever reminders were set or moved. */
  poke(): void {
    this.#cancel?.()
    const context = this.#context
    if (context.stopped || !context.keys) return
    this.#tellDue()
    const next = alarmsIn(context).find(({ at }) => at > context.now())
    if (!next && !context.isQuiet()) return
    this.#lookIn(Math.max(0, Math.min(LOOK_AGAIN_MS, (next?.at ?? Infinity) - context.now())))
  }

  #lookIn(ms: number): void {
    this.#cancel?.()
    this.#cancel = this.#context.ports.clock.after(ms, () => this.poke())
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #tellDue(): void {
    const context = this.#context
    // Told once the quiet is over.
    if (context.isQuiet()) return
    const now = context.now()
    const before = readSetting(context.database, REMINDED)
    const told = new Set(Array.isArray(before) ? before : [])
    const due = alarmsIn(context).filter(({ at }) => at > now - TOLD_LATE_MS && at <= now)
    const news = due.filter((each) => !told.has(nameOf(each)))
    if (news.length === 0) return
    // Each by itself: one that comes late from another device, or a clock that was ahead, silences no other.
    context.database.transaction(() => writeSetting(context.database, REMINDED, due.map(nameOf)))
    for (const each of news) tell(context, each)
    context.watches.changed('own:reminders', 'own:inbox')
  }
}

function nameOf({ channelId, seq, at }: { channelId: ChannelId; seq: number; at: number }): string {
  return `${channelId}/${seq}/${at}`
}

function tell(context: Context, { channelId, seq, about }: ReturnType<typeof alarmsIn>[number]): void {
  const placed = readPlaced(context, channelId, seq)
  if (!placed) return
  const { said, channelName, thread } = placed
  const title = `${about === 'reminder' ? 'Reminder' : 'Back in your inbox'}: ${said?.authorName ?? channelName}`
  const body = said?.text || `A message in ${channelName}`
  context.tell({ about, channelId, seq, ...(thread === undefined ? {} : { thread }), title, body })
}
