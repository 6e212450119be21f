/**
 * What members let each other see: fetched when this device comes back, kept, opened as soon as its key is here, and told to whoever
 * shows it; and put for the others. One for an engine. SPEC.md, BCN-1 to BCN-3.
 */
import { encodeBeacon, encryptMessage, type BeaconContent, type EpochRecord } from '@reforms/crypto'
import { limits, ProtocolError, type Beacon, type ChannelId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readKnownBeacon, readWaitingBeacons, saveBeacon, settleBeacon } from '../tables/beacons.ts'
import { readChannel, readChannels, type ChannelRow } from '../tables/channels.ts'
import { readEpoch } from '../tables/epochs.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { openBeacon } from './opening.ts'

const CURSOR = 'beacon-cursor'
/** Channels whose earlier beacons have been fetched. */
const KNOWN_CHANNELS = 'beacon-channels'
/** Two that are put at once may become visible in the other order: so many numbers are asked for again. */
const OVERLAP = 200
const OPENED_AT_ONCE = 200

export class Beacons {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /** What came while this device was away. */
  async fetch(): Promise<void> {
    const { database } = this.#context
    const cursor = readSetting(database, CURSOR)
    const first = typeof cursor !== 'number'
    const reached = await this.#fetchAfter(first ? 0 : Math.max(0, cursor - OVERLAP))
    database.transaction(() => writeSetting(database, CURSOR, Math.max(reached, first ? 0 : cursor)))
    if (first) this.#noteChannels(this.#channelsIn())
    await this.fetchNewChannels()
  }

  /** What was let be seen in a channel before this user came in. */
  async fetchNewChannels(): Promise<void> {
    const known = new Set(this.#knownChannels())
    const here = this.#channelsIn()
    for (const channelId of here) if (!known.has(channelId)) await this.#fetchAfter(0, channelId)
    if (here.some((channelId) => !known.has(channelId))) this.#noteChannels(here)
    await this.openWaiting()
  }

  async #fetchAfter(after: number, channelId?: ChannelId): Promise<number> {
    const { database, ports } = this.#context
    for (let more = true; more;) {
      const page = await ports.transport.call('beacon.read', {
        after,
        limit: limits.BEACON_PAGE_MAX,
        ...(channelId ? { in: channelId } : {}),
      })
      database.transaction(() => {
        for (const beacon of page.beacons) saveBeacon(database, beacon)
      })
      more = page.more && page.cursor > after
      after = page.cursor
    }
    return after
  }

  #channelsIn(): ChannelId[] {
    return readChannels(this.#context.database)
      .filter(({ place, groupSeq }) => place === 'member' && groupSeq !== undefined)
      .map(({ channelId }) => channelId)
  }

  #knownChannels(): ChannelId[] {
    const known = readSetting(this.#context.database, KNOWN_CHANNELS)
    return Array.isArray(known) ? (known as ChannelId[]) : []
  }

  #noteChannels(channelIds: readonly ChannelId[]): void {
    const { database } = this.#context
    database.transaction(() => writeSetting(database, KNOWN_CHANNELS, channelIds))
  }

  async receive(beacon: Beacon): Promise<void> {
    const { database } = this.#context
    database.transaction(() => saveBeacon(database, beacon))
    await this.openWaiting()
  }

  /** Those whose key is here by now. */
  openWaiting(): Promise<void> {
    return this.#context.serial.run('beacons', async () => {
      let some: Beacon[] = []
      do {
        some = readWaitingBeacons(this.#context.database, OPENED_AT_ONCE, some.at(-1))
        for (const beacon of some) {
          const opened = await openBeacon(this.#context, beacon)
          if (opened !== 'waiting') this.#settle(beacon, opened === 'bad' ? undefined : opened)
        }
      } while (some.length === OPENED_AT_ONCE && !this.#context.stopped)
    })
  }

  /** What was said before the one that is known is no news: a server may give it again (BCN-3). */
  #settle(beacon: Beacon, content: BeaconContent | undefined): void {
    const { database } = this.#context
    const { channelId, userId, kind } = beacon
    const known = readKnownBeacon(database, channelId, userId, kind)
    const news = content && orderOf(content) >= (known ? orderOf(known.content) : 0) ? content : undefined
    database.transaction(() => settleBeacon(database, beacon, news))
    if (news) this.#tell(channelId, beacon, news)
  }

  #tell(channelId: ChannelId, { userId }: Beacon, content: BeaconContent): void {
    if (content.type === 'status') this.#context.shown.note(userId, content)
    else this.#context.watches.changed(`receipts:${channelId}`)
  }

  /** Lets the members see it. False where that cannot be now: in another epoch, perhaps, or while somebody is being removed. */
  async put(channelId: ChannelId, content: BeaconContent): Promise<boolean> {
    const context = this.#context
    const row = readChannel(context.database, channelId)
    const record = row && readEpoch(context.database, channelId, row.generation, row.epoch)
    if (!row || !record || row.place !== 'member' || row.groupSeq === undefined || !context.online)
      return false
    if (!context.proofs.isProven(row) && !(await context.proofs.prove(context, row))) return false
    const beacon = await seal(context, row, record, content)
    const { userId, deviceId, ...said } = beacon
    try {
      await context.ports.transport.call('beacon.put', said)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      context.ports.log.info('a beacon was not taken', { code: error.code, userId, deviceId })
      return false
    }
    context.database.transaction(() => saveBeacon(context.database, beacon))
    this.#settle(beacon, content)
    return true
  }
}

/** Of two of one user and kind, the one further on in this order holds. */
function orderOf(content: BeaconContent): number {
  return content.type === 'status' ? content.clock : content.seq
}

async function seal(
  context: Context,
  { channelId, generation, epoch }: ChannelRow,
  { secret: epochSecret, epochId }: EpochRecord,
  content: BeaconContent,
): Promise<Beacon> {
  const { userId, deviceId, signature: signatureKey } = context.requireKeys()
  const clientId = context.newClientId()
  const place = { kind: 'beacon' as const, channelId, generation, epochId, deviceId, clientId }
  const message = { ...place, epochSecret, content: encodeBeacon(content), signatureKey }
  const payload = await encryptMessage(message, context.ports.random)
  return { channelId, userId, deviceId, clientId, generation, epoch, kind: content.type, payload }
}
