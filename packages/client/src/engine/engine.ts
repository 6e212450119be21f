/**
 * The engine: one for a profile, whatever the number of views. Its parts share a context; none of them holds the engine.
 * ARCHITECTURE.md shows the way of a message through it.
 */
import { CryptoError, MlsRefused, verifyAccountStatement, verifyDeviceList } from '@reforms/crypto'
import { ERRORS, ProtocolError } from '@reforms/protocol'
import {
  IntentError,
  type DeviceView,
  type Engine,
  type IntentInput,
  type IntentName,
  type IntentOutput,
  type IntentProblem,
  type Notification,
  type Params,
  type QueryName,
  type Result,
} from '../engine-api.ts'
import { TransportLost, type Ports } from '../ports.ts'
import { readComingDevice } from './account/coming-device.ts'
import { loadKeys, loadMe } from './account/keys.ts'
import { readersView } from './beacons/receipts.ts'
import { Disappearing } from './channel/disappearing.ts'
import { fetchBackward } from './channel/fetching.ts'
import { requestKeys } from './channel/key-requests.ts'
import { ChannelWork } from './channel/work.ts'
import { refreshChannel } from './channel-list.ts'
import { Connecting } from './connecting.ts'
import { Context } from './context.ts'
import { prepareDatabase } from './database-schema.ts'
import { createIntents, unboundState, type IntentHandlers } from './intents.ts'
import { listView } from './personal/channel-list.ts'
import { draftText } from './personal/drafts.ts'
import { scheduledView } from './personal/later.ts'
import { Reminding, remindersView } from './personal/reminders.ts'
import { ownStatusView } from './personal/status.ts'
import { savedSeqs, savedView } from './personal/saved.ts'
import { SendingLater } from './personal/sending-later.ts'
import { Indexing } from './search/indexing.ts'
import { readChannel } from './tables/channels.ts'
import { readDocuments } from './tables/people.ts'
import { emojiView } from './emoji.ts'
import { teamsView } from './teams.ts'
import { Vault } from './vault.ts'
import { channelsView, channelView, peopleView } from './views/channels.ts'
import { connectionView } from './views/connection.ts'
import { inboxCount, inboxView } from './views/inbox.ts'
import { searchView } from './views/search.ts'
import { threadsView } from './views/threads.ts'
import { pinsView, threadView, timelineView } from './views/timeline.ts'
import { isWanting, pageFor } from './views/timeline-window.ts'

/** How long a server that is busy is left alone, where it does not say. */
const BUSY_MS = 500

export interface RunningEngine extends Engine {
  /** Ends all work. What was acknowledged is on disk; what was under way is taken up at the next start. */
  stop(): Promise<void>
}

class ProfileEngine implements RunningEngine {
  readonly #context: Context
  readonly #work: ChannelWork
  readonly #vault: Vault
  readonly #indexing: Indexing
  readonly #reminding: Reminding
  readonly #later: SendingLater
  readonly #connecting: Connecting
  readonly #disappearing: Disappearing
  readonly #intents: IntentHandlers
  #devices: DeviceView[] = []

  constructor(ports: Ports) {
    this.#context = new Context(ports)
    this.#work = new ChannelWork(this.#context)
    this.#vault = new Vault(this.#context)
    this.#indexing = new Indexing(this.#context)
    this.#reminding = new Reminding(this.#context)
    this.#later = new SendingLater(this.#context)
    this.#connecting = new Connecting(this.#context, this.#work, this.#vault, this.#indexing)
    this.#disappearing = new Disappearing(this.#context)
    this.#intents = createIntents(this.#context, this.#connecting, this.#indexing)
    this.#context.refreshChannel = (channelId) => refreshChannel(this.#context, channelId)
    this.#context.watches.useViews({
      session: () => this.#context.session,
      connection: () => connectionView(this.#context),
      channels: () => channelsView(this.#context),
      channel: ({ channelId }) => channelView(this.#context, channelId),
      timeline: (params) => timelineView(this.#context, params),
      thread: (params) => threadView(this.#context, params),
      pins: ({ channelId }) => pinsView(this.#context, channelId),
      people: () => peopleView(this.#context),
      teams: () => teamsView(this.#context),
      emoji: () => emojiView(this.#context),
      devices: () => this.#devicesView(),
      search: (params) => searchView(this.#context, params),
      searchIndex: () => this.#indexing.view(),
      list: () => listView(this.#context),
      saved: () => savedView(this.#context),
      savedIn: ({ channelId }) => savedSeqs(this.#context, channelId),
      draft: (params) => draftText(this.#context, params),
      reminders: () => remindersView(this.#context),
      threads: () => threadsView(this.#context),
      ownStatus: () => ownStatusView(this.#context),
      readers: (params) => readersView(this.#context, params),
      scheduled: () => scheduledView(this.#context),
      inbox: (params) => inboxView(this.#context, params),
      inboxCount: () => inboxCount(this.#context),
    })
  }

  async start(): Promise<void> {
    const context = this.#context
    prepareDatabase(context.database)
    this.#disappearing.start()
    this.#context.shown.start()
    context.keys = loadKeys(context.database)
    context.me = loadMe(context.database)
    if (context.keys && context.me) {
      this.#indexing.poke()
      context.transfers.start()
      this.#reminding.start()
      context.setSession({ state: 'ready', me: context.me, deviceId: context.keys.deviceId })
      void this.#connecting.connect().catch((error: unknown) => this.#fault('connecting', error))
      return
    }
    await this.#resumeWithoutKeys()
  }

  /** Signed in, perhaps, but with nothing of a device here: the phrase is needed. */
  async #resumeWithoutKeys(): Promise<void> {
    try {
      const session = await this.#context.ports.transport.call('session.read', {}, 'http')
      const coming = readComingDevice(this.#context, session.userId)
      // A session of a device whose keys are gone lets nobody in, nor makes another device.
      if (session.deviceId !== undefined && session.deviceId !== coming?.deviceId) {
        await this.#context.ports.transport.call('session.close', {}, 'http')
        this.#context.setSession({ state: 'signed-out', reason: 'keys-lost' })
        return
      }
      this.#context.setSession(unboundState(session))
    } catch (error) {
      if (!(error instanceof ProtocolError) && !(error instanceof TransportLost)) throw error
      this.#context.setSession({ state: 'signed-out' })
    }
  }

  watch<Q extends QueryName>(
    query: Q,
    params: Params<Q>,
    listener: (snapshot: Result<Q>) => void,
  ): () => void {
    this.#prepare(query, params)
    return this.#context.watches.watch(query, params, listener)
  }

  /** What is watched may have to be fetched first: older messages, device lists, keys that are missing. */
  #prepare(query: QueryName, params: Params<QueryName>): void {
    if (!this.#context.online) return
    if (query === 'timeline')
      void this.#fill(params as Params<'timeline'>).catch((error: unknown) => this.#fault(query, error))
    if (query === 'channel') this.#context.memberChecks.check((params as Params<'channel'>).channelId)
  }

  /** A page at a time, so that what is sent meanwhile does not wait for a long past. A server that is busy is asked again. */
  async #fill(params: Params<'timeline'>): Promise<void> {
    const context = this.#context
    const { channelId } = params
    const fetchOne = async () =>
      context.online &&
      isWanting(context.database, readChannel(context.database, channelId), params) &&
      fetchBackward(context, channelId, pageFor(params))
    const fetchAgain = () => context.serial.run(channelId, fetchOne)
    while (await fetchAgain().catch((error: unknown) => this.#waitOut(error)));
    await context.serial.run(channelId, () => requestKeys(context, channelId))
  }

  async #waitOut(error: unknown): Promise<true> {
    if (!(error instanceof ProtocolError) || !ERRORS[error.code].retryable) throw error
    const waitMs = Math.max(BUSY_MS, Number(error.detail?.['retryAfterMs'] ?? 0))
    await new Promise<void>((resolve) => void this.#context.ports.clock.after(waitMs, resolve))
    return true
  }

  /** The user's own devices, from the documents that were verified last. */
  #devicesView(): DeviceView[] {
    const keys = this.#context.keys
    const documents = keys && readDocuments(this.#context.database, keys.userId)
    if (documents) void this.#readDevices(documents).catch((error: unknown) => this.#fault('devices', error))
    return this.#devices
  }

  async #readDevices(documents: { account: Uint8Array; devices: Uint8Array }): Promise<void> {
    const statement = await verifyAccountStatement(documents.account)
    const list = await verifyDeviceList(documents.devices, statement)
    const devices = list.devices.map(({ deviceId, name, addedAt }) => ({
      deviceId,
      name,
      addedAt,
      current: deviceId === this.#context.keys?.deviceId,
    }))
    if (JSON.stringify(devices) === JSON.stringify(this.#devices)) return
    this.#devices = devices
    this.#context.watches.changed('devices')
  }

  async send<N extends IntentName>(intent: N, input: IntentInput<N>): Promise<IntentOutput<N>> {
    this.#indexing.used()
    const handler = this.#intents[intent] as (input: IntentInput<N>) => Promise<IntentOutput<N>>
    try {
      return await handler(input)
    } catch (error) {
      throw this.#asIntentError(intent, error)
    }
  }

  #asIntentError(intent: IntentName, error: unknown): IntentError {
    if (error instanceof IntentError) return error
    if (error instanceof ProtocolError) {
      const { code, message, detail } = error
      return new IntentError({ code, message, ...(detail ? { detail } : {}) })
    }
    if (error instanceof TransportLost) {
      return new IntentError({
        code: 'offline',
        message: 'There is no connection to the server. Try again when you are back online.',
      })
    }
    this.#fault(intent, error)
    return new IntentError(problemOf(error))
  }

  onNotification(listener: (notification: Notification) => void): () => void {
    this.#context.notificationListeners.add(listener)
    return () => this.#context.notificationListeners.delete(listener)
  }

  #fault(where: string, error: unknown): void {
    if (error instanceof TransportLost || this.#context.stopped) return
    this.#context.ports.log.warn('something failed', { where, error: String(error) })
  }

  async stop(): Promise<void> {
    this.#context.stopped = true
    this.#work.stop()
    this.#vault.stop()
    this.#indexing.stop()
    this.#context.transfers.stop()
    this.#disappearing.stop()
    this.#reminding.stop()
    this.#context.shown.stop()
    this.#context.publishing.stop()
    this.#context.receipts.stop()
    this.#later.stop()
    this.#connecting.disconnect()
    await this.#context.serial.idle()
  }
}

function problemOf(error: unknown): IntentProblem {
  if (error instanceof CryptoError || error instanceof MlsRefused) {
    return {
      code: 'bad-signature',
      message: 'The server sent something that does not verify, so it was not used.',
    }
  }
  return {
    code: 'internal',
    message: 'Something went wrong in this program. Try again; if it stays, reload the page.',
  }
}

/** Starts the engine over its ports. Resolves once the session's state is known from what is here or from the server. */
export async function startEngine(ports: Ports): Promise<RunningEngine> {
  const engine = new ProfileEngine(ports)
  await engine.start()
  return engine
}
