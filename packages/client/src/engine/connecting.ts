/**
 * The connection: opened when this device is set up, opened again when it is lost, and what is brought up to date each time.
 * Live delivery, reconnect and catch-up are one path (DESIGN: "The log is the heart"); SPEC.md, ENG-2, ENG-12.
 */
import { ProtocolError, type Entry, type ServerEvent, type Session } from '@reforms/protocol'
import { TransportLost } from '../ports.ts'
import { noteSession, refreshSession } from './account/own-session.ts'
import { bindSession } from './account/registering.ts'
import { refreshOwnAccount, replenishKeyPackages } from './account/devices.ts'
import { refreshChannel, refreshChannels } from './channel-list.ts'
import { finishFoundings } from './channel/creating.ts'
import { answerAsked, answerSoon } from './channel/invite-requests.ts'
import { noteOpened } from './channel/new-since.ts'
import { noteTrouble } from './channel/trouble.ts'
import type { ChannelWork } from './channel/work.ts'
import type { Context } from './context.ts'
import { emptyDatabase } from './database-schema.ts'
import { refreshPeople, refreshPerson } from './directory.ts'
import { refreshEmoji } from './emoji.ts'
import { KeyLog } from './key-log.ts'
import type { Indexing } from './search/indexing.ts'
import { readMailbox } from './mailbox.ts'
import { refreshTeams } from './teams.ts'
import { readChannel, noteServerEnd } from './tables/channels.ts'
import { readOutboxChannels } from './tables/outbox.ts'
import type { Vault } from './vault.ts'

const RETRY_MIN_MS = 200
/** Short at first, so that people are back within three seconds of a restart; longer when the server stays away. */
const RETRY_SOON_MAX_MS = 1500
const RETRY_LATE_MAX_MS = 15_000
const ATTEMPTS_SOON = 30
const TYPING_SHOWN_MS = 6000
/** The server does not take this device's signature: it was cut, or is unknown after a restore. */
const UNBINDABLE: ReadonlySet<string> = new Set(['bad-signature', 'not-found', 'forbidden'])

export class Connecting {
  readonly #context: Context
  readonly #work: ChannelWork
  readonly #vault: Vault
  readonly #keyLog: KeyLog
  readonly #indexing: Indexing
  #attempts = 0
  #cancelRetry: (() => void) | undefined
  #open = false

  constructor(context: Context, work: ChannelWork, vault: Vault, indexing: Indexing) {
    this.#context = context
    this.#work = work
    this.#vault = vault
    this.#keyLog = new KeyLog(context)
    this.#indexing = indexing
    context.outboxChanged = () => context.watches.changed('connection')
  }

  /** Signs this device's session in and opens the gateway. Told by the connection's state, not by the promise. */
  async connect(): Promise<void> {
    this.#cancelRetry?.()
    if (this.#context.stopped || this.#open || !this.#context.keys) return
    this.#context.setConnection({ state: 'connecting' })
    try {
      const session = await this.#boundSession()
      if (!session || this.#context.stopped) return
      this.#open = true
      this.#context.ports.transport.open({
        onState: (state) => (state === 'open' ? this.#opened() : this.#closed()),
        onEvent: (event) => this.#receive(event),
      })
    } catch (error) {
      if (!(error instanceof TransportLost) && !isPassing(error)) throw error
      this.#retryLater()
    }
  }

  disconnect(): void {
    this.#cancelRetry?.()
    this.#open = false
    this.#keyLog.stop()
    this.#context.ports.transport.close()
    this.#context.setConnection({ state: 'offline' })
  }

  /** Undefined where the user has to sign in again. */
  async #boundSession(): Promise<Session | undefined> {
    const keys = this.#context.requireKeys()
    try {
      const session = await this.#context.ports.transport.call('session.read', {}, 'http')
      if (session.userId !== keys.userId) return this.#signedOut('ended')
      const bound =
        session.deviceId === keys.deviceId ? session : await bindSession(this.#context, session, keys)
      noteSession(this.#context, bound)
      return bound
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      if (error.code === 'not-signed-in') return this.#signedOut('ended')
      if (error.code === 'account-inactive') return this.#signedOut('inactive')
      if (UNBINDABLE.has(error.code)) return this.#signedOut('removed')
      throw error
    }
  }

  #signedOut(reason: 'ended' | 'removed' | 'inactive'): undefined {
    this.disconnect()
    this.#context.setSession({ state: 'signed-out', reason })
    return undefined
  }

  /** The server says that this device was removed: what it knows is forgotten. */
  #forget(): void {
    emptyDatabase(this.#context.database)
    this.#context.keys = undefined
  }

  #opened(): void {
    this.#attempts = 0
    // Who is about is told anew, and of nobody that they have gone.
    this.#context.presence.clear()
    this.#context.presenceChanged()
    noteOpened(this.#context)
    this.#context.setConnection({ state: 'online' })
    void this.#bringUpToDate().catch((error: unknown) => this.#synchronisingFailed(error))
  }

  /** A step that failed while the connection stands is tried again with a new one. */
  #synchronisingFailed(error: unknown): void {
    if (!(error instanceof TransportLost)) {
      this.#context.ports.log.warn('bringing up to date failed', { error: String(error) })
    }
    if (!this.#open) return
    this.#open = false
    this.#context.ports.transport.close()
    this.#context.setConnection({ state: 'offline' })
    this.#retryLater()
  }

  async #bringUpToDate(): Promise<void> {
    const context = this.#context
    // One's own documents are kept with one's own entry in the directory, which a new device does not have yet.
    await refreshPeople(context)
    // Whom a message calls is decided when it is read.
    await refreshTeams(context)
    await refreshOwnAccount(context)
    await this.#vault.read()
    await finishFoundings(context)
    await refreshChannels(context)
    for (const channelId of readOutboxChannels(context.database)) context.poke(channelId)
    context.transfers.poke()
    context.laterChanged()
    await readMailbox(context)
    await replenishKeyPackages(context)
    await this.#keyLog.bringUpToDate()
    await context.ports.transport.call('presence.set', { presence: 'online' })
    await this.#vault.write()
    await context.receipts.refresh()
    await context.beacons.fetch()
    context.shown.forget()
    context.publishing.poke()
    context.receipts.catchUp()
    this.#indexing.poke()
    answerSoon(context)
    await refreshEmoji(context)
  }

  #closed(): void {
    if (!this.#open) return
    this.#open = false
    this.#context.presence.clear()
    this.#context.presenceChanged()
    this.#retryLater()
  }

  #retryLater(): void {
    if (this.#context.stopped || !this.#context.keys) return
    this.#attempts += 1
    const max = this.#attempts > ATTEMPTS_SOON ? RETRY_LATE_MAX_MS : RETRY_SOON_MAX_MS
    const afterMs =
      Math.min(max, RETRY_MIN_MS * 2 ** Math.min(this.#attempts, 10)) * (0.5 + this.#context.fraction() / 2)
    this.#context.setConnection({ state: 'offline', retryAt: this.#context.now() + afterMs })
    this.#cancelRetry = this.#context.ports.clock.after(afterMs, () => {
      void this.connect().catch((error: unknown) => {
        this.#context.ports.log.warn('connecting failed', { error: String(error) })
        this.#retryLater()
      })
    })
  }

  #receive(event: ServerEvent): void {
    void this.#handle(event).catch((error: unknown) => {
      if (error instanceof TransportLost || isEnding(error)) return
      this.#context.ports.log.warn('an event failed', { type: event.type, error: String(error) })
    })
  }

  async #receiveEntry(entry: Entry): Promise<void> {
    const context = this.#context
    if (!readChannel(context.database, entry.channelId)) await refreshChannel(context, entry.channelId)
    if (entry.kind === 'commit') context.publishing.poke()
    if (entry.kind === 'notice') answerAsked(context, entry)
    return this.#work.receive(entry)
  }

  async #handle(event: ServerEvent): Promise<void> {
    const context = this.#context
    switch (event.type) {
      case 'entry':
        return this.#receiveEntry(event.entry)
      case 'heads':
        return this.#noteHeads(event.heads)
      case 'mailbox':
        return context.serial.run('mailbox', () => readMailbox(context))
      case 'vault':
        return this.#vault.read()
      case 'turn-wanted':
        return this.#work.turnWanted(event.channelId as never, event.removal)
      case 'channel':
        await refreshChannel(context, event.channelId as never)
        if (context.watches.isWatched(`channel:${event.channelId}`)) {
          context.memberChecks.check(event.channelId as never)
        }
        context.publishing.poke()
        return context.poke(event.channelId as never)
      case 'directory':
        // Also told when a reset of one's own identity is asked for, agreed to or stopped.
        if (event.userId === context.keys?.userId) await refreshSession(context)
        return refreshPerson(context, event.userId as never)
      case 'teams':
        return refreshTeams(context)
      case 'emoji':
        return refreshEmoji(context)
      case 'presence':
        return this.#notePresence(event)
      case 'typing':
        return this.#noteTyping(event.channelId, event.userId)
      case 'signed-out':
        if (event.reason === 'removed') this.#forget()
        return this.#signedOut(event.reason)
      case 'beacon':
        return context.beacons.receive(event.beacon)
      case 'settings':
        return context.receipts.refresh()
    }
  }

  #noteHeads(heads: Extract<ServerEvent, { type: 'heads' }>['heads']): void {
    for (const { channelId, seq, head } of heads) {
      const end = noteServerEnd(this.#context.database, channelId as never, { seq, head })
      if (end === 'differs') noteTrouble(this.#context, channelId as never, 'history')
      this.#context.poke(channelId as never)
    }
  }

  #notePresence(event: Extract<ServerEvent, { type: 'presence' }>): void {
    const context = this.#context
    for (const presence of ['online', 'away', 'offline'] as const) {
      for (const userId of event[presence]) context.presence.set(userId as never, presence)
    }
    context.presenceChanged()
  }

  #noteTyping(channelId: string, userId: string): void {
    const context = this.#context
    if (userId === context.me?.userId) return
    const inChannel = context.typing.get(channelId as never) ?? new Map<never, number>()
    inChannel.set(userId as never, context.now() + TYPING_SHOWN_MS)
    context.typing.set(channelId as never, inChannel)
    context.watches.changed(`channel:${channelId}`)
    context.ports.clock.after(TYPING_SHOWN_MS + 50, () => context.watches.changed(`channel:${channelId}`))
  }
}

/** The connection is about to be lost, and all is asked for again with the next one. */
function isEnding(error: unknown): boolean {
  return error instanceof ProtocolError && error.code === 'shutting-down'
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof ProtocolError &&
    (error.code === 'unavailable' ||
      error.code === 'shutting-down' ||
      error.code === 'rate-limited' ||
      error.code === 'internal')
  )
}
