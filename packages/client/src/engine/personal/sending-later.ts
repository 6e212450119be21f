/**
 * Sends what is due of the messages that were scheduled. Of several devices one does it:
 *
 * 1. A device claims a message by writing the record in the version that follows the one it knows: of two, one is refused (VLT-2).
 * 2. Only then does it put the message into its outbox, under the clientId that the record holds.
 * 3. The record forgets the message once a device sees it in the log.
 *
 * Whoever dies between two of these steps leaves a claim, which others respect for a minute by their own clocks. Should the one
 * that was thought dead send it as well, readers show it once (MSG-10). SPEC.md, OWN-15.
 */
import { TransportLost } from '../../ports.ts'
import { ProtocolError } from '@reforms/protocol'
import { sendMessage } from '../channel/composing.ts'
import type { Context } from '../context.ts'
import { isInLog } from '../tables/entries.ts'
import { readOutboxItem } from '../tables/outbox.ts'
import { keepAlone } from './keeping.ts'
import { claimKey, forgetScheduled, laterRecord, scheduledIn, whyNot, type Scheduled } from './later.ts'

const LEASE_MS = 60_000
const LOOK_AGAIN_MS = 60_000
/** What could not be written now is tried again. */
const RETRY_MS = 5000

export class SendingLater {
  readonly #context: Context
  /** Others' claims, and since when this device has known them: no other clock is needed. */
  readonly #claims = new Map<string, { claim: string; since: number }>()
  #cancel: (() => void) | undefined

  constructor(context: Context) {
    this.#context = context
    context.laterChanged = () => this.#lookIn(0)
    context.discarded = (message) => forgetScheduled(context, message)
  }

  stop(): void {
    this.#cancel?.()
  }

  #lookIn(ms: number): void {
    this.#cancel?.()
    this.#cancel = this.#context.ports.clock.after(ms, () => {
      void this.#look().catch((error: unknown) => {
        this.#context.ports.log.warn('sending later failed', { error: String(error) })
        this.#lookIn(LOOK_AGAIN_MS)
      })
    })
  }

  async #look(): Promise<void> {
    const context = this.#context
    if (context.stopped || !context.keys) return
    const waits = await context.serial.run('later', async () => {
      const all: number[] = []
      for (const item of scheduledIn(context)) all.push(await this.#settle(item))
      return all
    })
    context.watches.changed('own:later')
    if (waits.length > 0) this.#lookIn(Math.max(0, Math.min(LOOK_AGAIN_MS, ...waits)))
  }

  /** Gives after how many milliseconds to look at it again. */
  async #settle(item: Scheduled): Promise<number> {
    const context = this.#context
    const { channelId, clientId, at } = item
    if (isInLog(context.database, { channelId, clientId, userId: context.requireKeys().userId })) {
      forgetScheduled(context, item)
      return LOOK_AGAIN_MS
    }
    if (at > context.now()) return at - context.now()
    if (!context.online || readOutboxItem(context.database, clientId) || whyNot(context, item) !== undefined)
      return LOOK_AGAIN_MS
    const rest = this.#restOf(item)
    if (rest > 0) return rest
    return (await this.#claimAndSend(item)) ? LOOK_AGAIN_MS : RETRY_MS
  }

  /** How long another device's claim still holds. */
  #restOf({ clientId, claim }: Scheduled): number {
    const { deviceId } = this.#context.requireKeys()
    if (!claim || claim.device === deviceId) return 0
    const name = `${claim.device}/${claim.at}`
    const known = this.#claims.get(clientId)
    const since = known?.claim === name ? known.since : this.#context.now()
    this.#claims.set(clientId, { claim: name, since })
    return since + LEASE_MS - this.#context.now()
  }

  async #claimAndSend({ channelId, clientId, claim }: Scheduled): Promise<boolean> {
    const context = this.#context
    const isFree = () => {
      const now = scheduledIn(context).find((each) => each.clientId === clientId)
      return now !== undefined && now.claim?.device === claim?.device && now.claim?.at === claim?.at
    }
    try {
      const mine = [context.requireKeys().deviceId, context.now()]
      const claimed = await keepAlone(context, laterRecord(channelId), isFree, [[claimKey(clientId), mine]])
      if (!claimed) return false
    } catch (error) {
      if (!(error instanceof TransportLost) && !(error instanceof ProtocolError)) throw error
      return false
    }
    // It may have been changed or deleted meanwhile.
    const item = scheduledIn(context).find((each) => each.clientId === clientId)
    if (!item) return true
    const { text, answers } = item
    await sendMessage(context, { channelId, clientId, text, files: [], ...(answers ? { answers } : {}) })
    return true
  }
}
