/**
 * What people let others see of themselves: their status, and whether they are not to be disturbed. Looked at anew as times pass.
 * One for an engine. SPEC.md, STAT-2, STAT-4.
 */
import type { StatusContent } from '@reforms/crypto'
import { cleanName, type UserId } from '@reforms/protocol'
import type { Shown } from '../../personal-api.ts'
import type { Context } from '../context.ts'
import { ownStatus } from '../personal/status.ts'
import { readStatuses } from '../tables/beacons.ts'
import { quietAt } from './quiet.ts'

/** So late may somebody be seen as quiet, or with what they were up to. */
const LOOK_AGAIN_MS = 15_000
const NOTHING: Shown = {}

export class ShownStatuses {
  readonly #context: Context
  #said: Map<UserId, StatusContent> | undefined
  #shown = ''
  #cancel: (() => void) | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** Of one user in several channels the latest change holds. */
  note(userId: UserId, content: StatusContent): void {
    const said = this.#all()
    if ((said.get(userId)?.clock ?? 0) > content.clock) return
    said.set(userId, content)
    this.#tell()
  }

  /** The user's own comes from what they keep for themself, at once. */
  of(userId: UserId): Shown {
    const own = userId === this.#context.keys?.userId
    const said = own ? ownStatus(this.#context) : this.#all().get(userId)
    return said ? shownAt(this.#context.now(), said) : NOTHING
  }

  /** Which channels there are has changed, or the database is another. */
  forget(): void {
    this.#said = undefined
    this.#tell()
  }

  start(): void {
    this.#cancel?.()
    this.#cancel = this.#context.ports.clock.after(LOOK_AGAIN_MS, () => {
      this.#look()
      if (!this.#context.stopped) this.start()
    })
  }

  stop(): void {
    this.#cancel?.()
  }

  #all(): Map<UserId, StatusContent> {
    if (this.#said) return this.#said
    const said = new Map<UserId, StatusContent>()
    for (const { userId, content } of readStatuses(this.#context.database)) {
      if (content.type === 'status' && content.clock >= (said.get(userId)?.clock ?? 0))
        said.set(userId, content)
    }
    this.#said = said
    return said
  }

  /** Tells only what has changed by itself, as time passed. */
  #look(): void {
    const now = this.#context.now()
    const own = this.#context.keys && ownStatus(this.#context)
    const all = [...this.#all().values(), ...(own ? [own] : [])]
    const shown = all.map((said) => JSON.stringify(shownAt(now, said))).join()
    if (shown === this.#shown) return
    this.#shown = shown
    this.#tell()
  }

  #tell(): void {
    this.#context.viewCache.presenceChanged()
    this.#context.watches.changed('status')
  }
}

/** What is over is not shown; what others typed is cleaned (NAME-3). */
function shownAt(now: number, said: StatusContent): Shown {
  const { status } = said
  const quietUntil = quietAt(now, said)
  const holds = status && (status.until ?? Infinity) > now
  const words = holds ? cleanName(status.text) : ''
  const emoji = holds ? cleanName(status.emoji) : ''
  return {
    ...(words !== '' || emoji !== ''
      ? { status: { emoji, text: words, ...(status?.until ? { until: status.until } : {}) } }
      : {}),
    ...(quietUntil === undefined ? {} : { quietUntil }),
  }
}
