/**
 * What the engine's parts share. A part takes the context and never holds the engine. Everything durable is in the database;
 * what is here is either handed in or gone without harm when the engine stops.
 */
import type { DeviceIdentity, SealingKeyPair, VaultKey } from '@reforms/crypto'
import {
  uuidV7,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type Presence,
  type UserId,
} from '@reforms/protocol'
import type { Connection, Me, Notification, SessionState } from '../engine-api.ts'
import type { Ports } from '../ports.ts'
import type { VerifiedDocuments } from './account/device-lists.ts'
import { Beacons } from './beacons/beacons.ts'
import { Publishing } from './beacons/publishing.ts'
import { Receipts } from './beacons/receipts.ts'
import { ShownStatuses } from './beacons/shown.ts'
import type { PageAhead } from './channel/fetching.ts'
import type { Missed } from './channel/new-since.ts'
import { Proofs } from './channel/proven.ts'
import { Opening } from './files/opening.ts'
import { Transfers } from './files/transfers.ts'
import { MemberChecks } from './member-check.ts'
import { ownQuiet, STATUS } from './personal/status.ts'
import { Serial } from './serial.ts'
import { hasWarning, raiseWarning, settleWarning } from './tables/warnings.ts'
import type { VaultChange } from './vault.ts'
import { ViewCache } from './views/view-cache.ts'
import { Watches } from './watches.ts'

/** This device's keys and the user's, as the local database keeps them: never the phrase, nor the identity's private key. */
export interface OwnKeys extends DeviceIdentity {
  deviceName: string
  sealing: SealingKeyPair
  accountNumber: number
  accountPrivateKey: Uint8Array
  vaultKeys: VaultKey[]
}

export class Context {
  readonly ports: Ports
  readonly serial = new Serial()
  readonly watches: Watches
  /** What the views have made and may show again. */
  readonly viewCache = new ViewCache()
  session: SessionState = { state: 'starting' }
  me: Me | undefined
  keys: OwnKeys | undefined
  /** Without what waits, which the outbox tells when it is looked at. */
  connection: Omit<Connection, 'waiting'> = { state: 'connecting' }
  stopped = false
  /** Who is about, as the gateway last told. */
  readonly presence = new Map<UserId, Presence>()
  /** What was asked for of logs that are being caught up with, by channel. */
  readonly pagesAhead = new Map<ChannelId, PageAhead>()
  /** When views were last told of pages that still follow each other, by channel. */
  readonly pagesToldAt = new Map<ChannelId, number>()
  /** Until when somebody is shown as writing, by channel and user. */
  readonly typing = new Map<ChannelId, Map<UserId, number>>()
  /** Channels that some visible tab shows. */
  focused: ChannelId | undefined
  /** Where "new since" stands in channels that were looked at. */
  readonly firstUnread = new Map<ChannelId, number>()
  /** What the focused channel may have missed, and whether the server has told since the last connect how far its logs go. */
  missed: Missed | undefined
  endsKnown = false
  /** People's documents, as they were last shown and verified. */
  readonly deviceLists = new Map<UserId, VerifiedDocuments>()
  /** Of whom older documents were shown last than before: looked at again (ID-6). */
  readonly olderShown = new Set<UserId>()
  readonly notificationListeners = new Set<(notification: Notification) => void>()
  /** Whether the members that are shown are who they should be. */
  readonly memberChecks = new MemberChecks(this)
  /** What members let each other see, and what of it people show of themselves. */
  readonly beacons = new Beacons(this)
  readonly shown = new ShownStatuses(this)
  readonly publishing = new Publishing(this)
  readonly receipts = new Receipts(this)
  /** Files on their way up. */
  readonly transfers = new Transfers(this)
  readonly opening = new Opening(this)
  /** Whom this device may encrypt for. */
  readonly proofs = new Proofs()
  /** How many requests for keys were answered to somebody, and in which hour. */
  readonly answered = new Map<UserId, { hour: number; times: number }>()
  /** Asks for a channel to be brought up to date; set by the channel work. */
  poke: (channelId: ChannelId) => void = () => undefined
  /** The number of waiting messages may have changed; set by the connection. */
  outboxChanged: () => void = () => undefined
  /** Somebody waits to be added or removed: set by the channel work. At once, or with others who are told the same. */
  turnWanted: (channelId: ChannelId, isAtOnce: boolean) => void = () => undefined
  /** Reads what the server says of a channel; set by the channel list. */
  refreshChannel: (channelId: ChannelId) => Promise<void> = () => Promise.resolve()
  /** The directory showed these people's keys: set by the key log, which compares them. */
  keysShown: (userIds: readonly UserId[]) => void = () => undefined
  /** Another one may be due next; set by what reminds. */
  remindersChanged: () => void = () => undefined
  /** The user does not want to send this any more; set by what sends later. */
  discarded: (message: { channelId: ChannelId; clientId: ClientId }) => void = () => undefined
  /** The server has told its time: set by what lets messages disappear. */
  serverTimeTold: () => void = () => undefined
  /** What waits to be sent later may have changed; set by what sends it. */
  laterChanged: () => void = () => undefined
  /** Writes one record if nobody else has meanwhile; set by the vault. */
  writeAlone: (make: () => VaultChange | undefined) => Promise<boolean> = () => Promise.resolve(false)
  /** Asks for the vault to be written and read; set by the vault. */
  pokeVault: () => void = () => undefined

  constructor(ports: Ports) {
    this.ports = ports
    this.watches = new Watches(ports.clock)
  }

  get database() {
    return this.ports.database
  }

  get online(): boolean {
    return this.connection.state === 'online' && !this.stopped
  }

  /** The keys of this device. Throws where the profile is not set up: a fault of the caller. */
  requireKeys(): OwnKeys {
    if (!this.keys) throw new Error('this device is not set up')
    return this.keys
  }

  /** A fraction of at least 0 and under 1, to spread what many devices would do at once. */
  fraction(): number {
    const bytes = this.ports.random(4)
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32
  }

  now(): number {
    return this.ports.clock.now()
  }

  newId(): string {
    return uuidV7(this.now(), this.ports.random(10))
  }

  newClientId(): ClientId {
    return this.newId() as ClientId
  }

  newDeviceId(): DeviceId {
    return this.newId() as DeviceId
  }

  setConnection(change: Partial<Connection>): void {
    this.connection = { ...this.connection, ...change }
    this.watches.changed('connection')
  }

  /** Tells the user something about keys until it is settled: `words` undefined. */
  warn(about: string, words: string | undefined): void {
    if (this.stopped || (words === undefined && !hasWarning(this.database, about))) return
    this.database.transaction(() => {
      if (words === undefined) settleWarning(this.database, about)
      else raiseWarning(this.database, about, words, this.now())
    })
    this.watches.changed('connection')
  }

  setSession(session: SessionState): void {
    this.session = session
    this.viewCache.clear()
    this.shown.forget()
    this.watches.everythingChanged()
  }

  channelChanged(channelId: ChannelId): void {
    this.viewCache.channelChanged(channelId)
    this.watches.changed(`timeline:${channelId}`, `channel:${channelId}`, 'channels', 'search')
  }

  /** Any of the channels: which there are, and how far they have been read. */
  channelsChanged(): void {
    this.viewCache.channelsChanged()
    this.watches.changed('channels')
  }

  /** What people, or their devices, are called; or which keys they have. */
  peopleChanged(): void {
    this.viewCache.peopleChanged()
    this.watches.changed('people')
  }

  /** What the user keeps for themself: the record's kind is the first part of its name. */
  personalChanged(record: string): void {
    this.watches.changed(`own:${record.split('/')[0] ?? ''}`)
    if (record.startsWith('later/')) this.laterChanged()
    if (record === 'reminders' || record.startsWith('inbox/')) this.remindersChanged()
    if (record === STATUS) {
      this.viewCache.presenceChanged()
      this.watches.changed('status')
      this.publishing.poke()
    }
  }

  /** Tells the user of something, unless they are not to be disturbed (STAT-4). */
  tell(notification: Notification): void {
    if (this.isQuiet()) return
    for (const listener of this.notificationListeners) listener(notification)
  }

  isQuiet(): boolean {
    return ownQuiet(this) !== undefined
  }

  /** Whom a message calls may be shown otherwise. */
  teamsChanged(): void {
    this.viewCache.peopleChanged()
    this.watches.changed('teams', 'people')
  }

  presenceChanged(): void {
    this.viewCache.presenceChanged()
    this.watches.changed('presence')
  }
}
