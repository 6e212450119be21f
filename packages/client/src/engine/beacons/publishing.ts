/**
 * Letting others see the user's status: what the server has of it is compared with what it should have, and put where it differs.
 * Any device of the user does it; a device that changed nothing itself waits, and finds it done. One for an engine. SPEC.md, STAT-3.
 */
import type { StatusContent } from '@reforms/crypto'
import type { ChannelId } from '@reforms/protocol'
import { TransportLost } from '../../ports.ts'
import type { Context } from '../context.ts'
import { ownStatus } from '../personal/status.ts'
import { readBeaconsOf, type KnownBeacon } from '../tables/beacons.ts'
import { readNewestPolicy } from '../tables/policies.ts'
import { hasNewcomers, readRosters } from '../tables/rosters.ts'
import { coverOf } from './cover.ts'
import { quietAt } from './quiet.ts'

/** Of another device's change, and of newcomers: so that not all devices put the same at once. */
const OTHERS_FIRST_MS = 1500
const SPREAD_MS = 3000
const AGAIN_MS = 5000
const TIMES_MAX = 5

export class Publishing {
  readonly #context: Context
  #cancel: (() => void) | undefined
  #failed = 0

  constructor(context: Context) {
    this.#context = context
  }

  /** The user has changed it here. */
  changedHere(): void {
    this.#failed = 0
    this.#lookIn(0)
  }

  /** Something may have to be put, unless another device does. */
  poke(): void {
    this.#failed = 0
    this.#lookIn(OTHERS_FIRST_MS + this.#context.fraction() * SPREAD_MS)
  }

  stop(): void {
    this.#cancel?.()
  }

  #lookIn(ms: number): void {
    this.#cancel?.()
    if (this.#context.stopped) return
    this.#cancel = this.#context.ports.clock.after(ms, () => {
      void this.#look().catch((error: unknown) => {
        if (error instanceof TransportLost) return
        this.#context.ports.log.warn('a status could not be put', { error: String(error) })
      })
    })
  }

  async #look(): Promise<void> {
    const context = this.#context
    if (!context.online || !context.keys) return
    await context.beacons.fetchNewChannels()
    const content = ownStatus(context)
    const wanted = content ? wantedIn(context, content) : []
    let missing = false
    for (const channelId of wanted) {
      if (content && !(await context.beacons.put(channelId, content))) missing = true
    }
    this.#failed = missing ? this.#failed + 1 : 0
    if (missing && this.#failed < TIMES_MAX) this.#lookIn(AGAIN_MS * this.#failed)
  }
}

/** Where it has to be put. What is over, or was taken away, only where an earlier one would be believed otherwise. */
function wantedIn(context: Context, content: StatusContent): ChannelId[] {
  const { userId } = context.requireKeys()
  const put = new Map(readBeaconsOf(context.database, userId, 'status').map((each) => [each.channelId, each]))
  const rosters = readRosters(context.database)
  const earlier = [...put.values()].filter((each) => clockOf(each) < content.clock)
  if (!says(content, context.now())) {
    return earlier.map(({ channelId }) => channelId).filter((channelId) => rosters.has(channelId))
  }
  return coverOf(rosters, userId).filter((channelId) => {
    const known = put.get(channelId)
    return !known || clockOf(known) < content.clock || isUnreadable(context, known)
  })
}

function clockOf({ content }: KnownBeacon): number {
  return content.type === 'status' ? content.clock : 0
}

function says(content: StatusContent, now: number): boolean {
  const { status, quietHours } = content
  const stands = status !== undefined && (status.until ?? Infinity) > now
  return stands || quietHours !== undefined || quietAt(now, content) !== undefined
}

/** For somebody who came in since: under the history rule `all` whoever is in reads what was sealed before. */
function isUnreadable(context: Context, known: KnownBeacon): boolean {
  if (readNewestPolicy(context.database, known.channelId)?.history === 'all') return false
  return hasNewcomers(context.database, known, known.userId)
}
