/**
 * Messages that a channel's policy keeps for some days only: after that this device erases them, with their edits, files and what
 * search knows of them, as the server does. SPEC.md, LOG-16, LOG-19. The engine runs one.
 */
import type { ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readExpired, removeKeptBefore, type Expired } from '../tables/expired.ts'
import { readNewestPolicies, shortestRetention } from '../tables/policies.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { eraseRelated } from './changed-relations.ts'

export const DAY_MS = 24 * 60 * 60 * 1000
/** For how long the server is asked for its time, before this device goes by its own and what it knows from before. */
const ASKING_MS = 30_000
/** Between two looks. */
const LOOK_MS = 60_000
/** So many in one transaction, so that nothing that is typed waits for it. */
const ERASED_AT_ONCE = 500
/** The server's clock may be ahead of this device's: what it has erased by rule is not called withheld. */
const CLOCKS_APART_MS = 60 * 60 * 1000

/** By how much this device's clock was ahead of the server's, in ms, when they were last compared. */
const AHEAD = 'clock-ahead'

export class Disappearing {
  readonly #context: Context
  #cancel: (() => void) | undefined

  constructor(context: Context) {
    this.#context = context
    context.serverTimeTold = () => this.#look()
  }

  /** As soon as the server has told its time, or has not for a while; and again every minute. */
  start(): void {
    this.#lookAfter(ASKING_MS)
  }

  #look(): void {
    eraseExpired(this.#context)
    this.#lookAfter(LOOK_MS)
  }

  #lookAfter(ms: number): void {
    this.#cancel?.()
    if (!this.#context.stopped) this.#cancel = this.#context.ports.clock.after(ms, () => this.#look())
  }

  stop(): void {
    this.#cancel?.()
  }
}

/** Compares this device's clock with the server's, in ms. */
export function noteServerTime(context: Context, serverNow: number): void {
  writeSetting(context.database, AHEAD, Math.max(0, context.now() - serverNow))
  context.serverTimeTold()
}

/** The earlier of the two clocks: neither a device that is ahead, nor a server that says it is, erases anything early. */
function earlierNow(context: Context): number {
  const ahead = readSetting(context.database, AHEAD)
  return context.now() - (typeof ahead === 'number' ? ahead : 0)
}

/** In all channels whose policy says so. */
export function eraseExpired(context: Context): void {
  const now = earlierNow(context)
  for (const { channelId, policy } of readNewestPolicies(context.database)) {
    if (policy.retentionDays > 0) eraseBefore(context, channelId, now - policy.retentionDays * DAY_MS)
  }
}

function eraseBefore(context: Context, channelId: ChannelId, before: number): void {
  const { database } = context
  let changed = database.transaction(() => removeKeptBefore(database, channelId, before))
  for (;;) {
    const expired = readExpired(database, channelId, before, ERASED_AT_ONCE)
    if (expired.length > 0) eraseThem(context, channelId, expired)
    changed ||= expired.length > 0
    if (expired.length < ERASED_AT_ONCE) break
  }
  if (changed) context.channelChanged(channelId)
}

function eraseThem(context: Context, channelId: ChannelId, expired: readonly Expired[]): void {
  context.database.transaction(() => {
    for (const { seq } of expired) {
      eraseRelated(context, channelId, { seq, stood: 'nowhere' })
      context.viewCache.entryChanged(channelId, seq)
    }
  })
}

/** Whether the server may give no payload for this entry because its days are over, by a rule of now or of before. */
export function isOver(context: Context, { channelId, at }: { channelId: ChannelId; at: number }): boolean {
  const days = shortestRetention(context.database, channelId)
  return days > 0 && at < context.now() - days * DAY_MS + CLOCKS_APART_MS
}
