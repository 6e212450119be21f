/**
 * A channel without a server: people with documents, the log that all see, and what a device of one of them has stored. Groups,
 * chain and databases are real. For tests only.
 */
import {
  commitChanges,
  createGroup,
  createKeyPackage,
  createSealingKeyPair,
  createSigningKeyPair,
  encodeCommitEvidence,
  encodeContent,
  encryptMessage,
  FIRST_HEAD,
  hashPayload,
  joinByWelcome,
  nextHead,
  signAccountStatement,
  signDeviceList,
  type DeviceIdentity,
  type EpochRecord,
  type MemberCommit,
  type MlsGroup,
} from '@reforms/crypto'
import {
  encodeCbor,
  uuidV7,
  type ChannelId,
  type ChannelPolicy,
  type ClientId,
  type CommitPayload,
  type DeviceId,
  type Entry,
  type UserId,
} from '@reforms/protocol'
import { openMemoryDatabase, silentLog, systemClock, systemRandom } from '../node/index.ts'
import { createMemoryFileStore } from '../node/file-store.ts'
import type { Ports, Transport } from '../ports.ts'
import { storeGroup } from './channel/group-store.ts'
import { Context, type OwnKeys } from './context.ts'
import { prepareDatabase } from './database-schema.ts'
import { readChannel, saveCursor, saveStart, saveSummary } from './tables/channels.ts'
import { saveProven } from './tables/proven-leaves.ts'

const newId = <T extends string>() => uuidV7(Date.now(), systemRandom(10)) as T

export interface TestUser extends DeviceIdentity {
  readonly proof: { account: Uint8Array; devices: Uint8Array }
}

export async function newUser(): Promise<TestUser> {
  const [identity, account] = [createSigningKeyPair(systemRandom), createSigningKeyPair(systemRandom)]
  const [userId, deviceId] = [newId<UserId>(), newId<DeviceId>()]
  const signature = createSigningKeyPair(systemRandom)
  const recoveryKey = createSealingKeyPair(systemRandom).publicKey
  const statement = { userId, number: 1, accountKey: account.publicKey, recoveryKey }
  const keys = { signatureKey: signature.publicKey, sealingKey: recoveryKey }
  const device = { deviceId, ...keys, name: 'Test', addedAt: 1 }
  const list = { userId, number: 1, accountNumber: 1, devices: [device] }
  const proof = {
    account: await signAccountStatement(identity, statement),
    devices: await signDeviceList(account.privateKey, list),
  }
  return { userId, deviceId, identityKey: identity.publicKey, signature, proof }
}

export function evidenceFor(...users: TestUser[]): Uint8Array {
  return encodeCommitEvidence({ admissions: [], proofs: users.map(({ proof }) => proof) })
}

type NewEntry = Pick<Entry, 'kind' | 'epoch' | 'payload' | 'relatesTo' | 'notify'> & {
  from: TestUser
  clientId?: ClientId
}

/** Founded by Ana, who added Ben: entries 1 and 2, epoch 1. */
export class TestLog {
  readonly channelId: ChannelId = newId()
  readonly entries: Entry[] = []

  append({ from, ...rest }: NewEntry): Entry {
    const { channelId } = this
    const seq = this.entries.length + 1
    const header = { channelId, seq, generation: 1, clientId: newId<ClientId>(), at: 1000 + seq, ...rest }
    const { payload = new Uint8Array(), ...covered } = header
    const payloadHash = hashPayload(payload)
    const signed = { relatesTo: undefined, notify: undefined, ...covered, sender: from.deviceId }
    const head = nextHead(this.head, signed, payloadHash)
    const sender = { sender: from.deviceId, senderUser: from.userId }
    const entry: Entry = { ...header, ...sender, payload, payloadHash, head }
    this.entries.push(entry)
    return entry
  }

  get head(): Uint8Array {
    return this.entries.at(-1)?.head ?? FIRST_HEAD
  }

  appendCommit(from: TestUser, epoch: number, commit: Uint8Array, clientId?: ClientId): Entry {
    const payload: CommitPayload = { type: 'commit', commit }
    return this.append({
      from,
      kind: 'commit',
      epoch,
      payload: encodeCbor(payload),
      ...(clientId && { clientId }),
    })
  }

  /** Encoded content, or a text, under an epoch's secret and somebody's signature. */
  async appendMessage(
    from: TestUser,
    record: EpochRecord,
    said: string | Uint8Array,
    about: Pick<Entry, 'relatesTo' | 'notify'> = {},
  ): Promise<Entry> {
    const sent = { seq: this.entries.length, head: this.head }
    const content =
      typeof said === 'string' ? encodeContent({ type: 'text', text: said, sent, sentAt: 1 }) : said
    const clientId = newId<ClientId>()
    const { channelId } = this
    const { generation, epoch, epochId, secret: epochSecret } = record
    const place = { channelId, generation, epochId, deviceId: from.deviceId, clientId }
    const payload = await encryptMessage(
      { ...place, ...about, epochSecret, content, signatureKey: from.signature },
      systemRandom,
    )
    return this.append({ from, kind: 'message', epoch, payload, clientId, ...about })
  }
}

/** As after a look at their signed lists in the key log. */
function prove(device: Context, users: readonly TestUser[]): void {
  for (const { userId, deviceId, signature, identityKey } of users) {
    saveProven(device.database, { userId, deviceId, signatureKey: signature.publicKey, identityKey })
  }
}

/** What one device has stored: nothing but the channel's name and, once `enter` was called, its group. */
export function deviceOf(user: TestUser, log: TestLog): Context {
  const database = openMemoryDatabase()
  prepareDatabase(database)
  const transport = {} as Transport
  const ports: Ports = {
    database,
    transport,
    files: createMemoryFileStore(),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    client: 'program',
  }
  const context = new Context(ports)
  context.keys = user as TestUser as unknown as OwnKeys
  const { channelId } = log
  database.transaction(() => {
    saveSummary(database, {
      channelId,
      kind: 'public',
      name: 'Ward 3',
      topic: '',
      archived: false,
      createdAt: 1,
      memberCount: 2,
      generation: 1,
      epoch: 0,
      seq: 0,
      head: FIRST_HEAD,
      place: 'member',
      deviceIn: true,
      removing: false,
    })
    saveStart(database, channelId, 1, FIRST_HEAD)
    saveCursor(database, channelId, 0, FIRST_HEAD)
  })
  return context
}

export interface TestChannel {
  readonly ana: TestUser
  readonly ben: TestUser
  readonly log: TestLog
  /** What Ana holds in epoch 1. */
  readonly group: MlsGroup
  readonly record: EpochRecord
  /** Ben's device, before it has read the log. */
  readonly device: Context
}

const policyOf = (moderator: TestUser): ChannelPolicy => ({
  version: 1,
  kind: 'public',
  history: 'joining',
  retentionDays: 0,
  admitters: 'members',
  moderators: [moderator.identityKey],
  participants: [],
})

/** Ana and Ben, of whom one moderates. */
export async function newChannel(moderator: 'ana' | 'ben' = 'ana'): Promise<TestChannel> {
  const [ana, ben] = await Promise.all([newUser(), newUser()])
  const log = new TestLog()
  const { channelId } = log
  const now = Date.now()
  const founded = await createGroup({
    channelId,
    generation: 1,
    policy: policyOf({ ana, ben }[moderator]),
    device: ana,
    now,
  })
  const payload: CommitPayload = { type: 'found', groupInfo: founded.groupInfo }
  log.append({ from: ana, kind: 'commit', epoch: 0, payload: encodeCbor(payload) })
  const keyPackage = await createKeyPackage(ben, { now, lastResort: false })
  const added = await commitIn(founded.group, { adds: [keyPackage], evidence: evidenceFor(ben) })
  log.appendCommit(ana, 0, added.commit)
  const joined = await joinByWelcome({
    welcome: added.welcome as Uint8Array,
    keyPackages: [keyPackage],
    device: ben,
  })
  const device = deviceOf(ben, log)
  device.database.transaction(() => {
    storeGroup(device, channelId, { ...joined, seq: 2 })
    prove(device, [ana, ben])
  })
  return { ana, ben, log, group: added.group, record: added.record, device }
}

export function commitIn(
  group: MlsGroup,
  change: { adds?: { keyPackage: Uint8Array }[]; removes?: DeviceId[]; evidence?: Uint8Array } = {},
): Promise<MemberCommit> {
  const { adds = [], removes = [], evidence = evidenceFor() } = change
  return commitChanges({ group, adds, removes, authenticatedData: evidence, now: Date.now() })
}

/** Generation and epoch in which the device has a leaf, or undefined. */
export function placeOf(device: Context, { channelId }: TestLog): [number, number] | undefined {
  const row = readChannel(device.database, channelId)
  return row?.groupSeq === undefined ? undefined : [row.generation, row.epoch]
}
