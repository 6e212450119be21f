/**
 * "Waiting for a key": a device that lacks the record of an epoch in which its user had a leaf asks by mailbox, and any member's
 * engine answers after checking. DESIGN: "An epoch record"; SPEC.md, EPO-7 and EPO-8.
 */
import {
  decodeEpochRecord,
  encodeEpochRecord,
  epochOf,
  openEnvelope,
  policyOf,
  rosterOf,
  sealEnvelope,
  verifyAccountStatement,
  verifyDeviceList,
  type EnvelopeBody,
  type EnvelopeSender,
  type EpochRecord,
  type Leaf,
  type ListedDevice,
  type MlsGroup,
} from '@reforms/crypto'
import { type ChannelId, type Envelope, type UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { readEntry, readWaiting } from '../tables/entries.ts'
import { hadLeaf, readEpoch, readFirstEpoch, saveEpoch } from '../tables/epochs.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { isBefore, type EpochName } from '../tables/stays.ts'
import { sameBytes } from '../bytes.ts'
import { loadGroup } from './group-store.ts'
import { decodeCommitPayload, epochBegunBy } from './history.ts'
import { firstGiven, withRoster } from './invited.ts'
import { believableOf, readWaitingAgain } from './reading.ts'

const ASK_AGAIN_MIN_MS = 3000
const ASK_AGAIN_MAX_MS = 60 * 60 * 1000
const ASKED_AT_ONCE = 5
const EPOCHS_A_REQUEST = 100
/** Answers to one person in an hour: whoever asks without end gets no more, and uses up neither this device nor its mail. */
const ANSWERS_MAX = 200
const HOUR_MS = 60 * 60 * 1000

/**
 * Asks a few devices for the records of epochs whose messages wait, less and less often where nobody answers. Tells in how
 * many milliseconds to look again; undefined where nothing is missing.
 */
export async function requestKeys(context: Context, channelId: ChannelId): Promise<number | undefined> {
  const epochs = missingEpochs(context, channelId)
  if (epochs.length === 0) return undefined
  const setting = `asked/${channelId}`
  const asked = (readSetting(context.database, setting) ?? { at: 0, times: 0 }) as {
    at: number
    times: number
  }
  // Asked by a clock that has been set back since, it is not due in an hour.
  const due =
    Math.min(asked.at, context.now()) + Math.min(ASK_AGAIN_MAX_MS, ASK_AGAIN_MIN_MS * 2 ** asked.times)
  if (context.now() < due) return due - context.now()
  const next = { at: context.now(), times: Math.min(asked.times + 1, 20) }
  context.database.transaction(() => writeSetting(context.database, setting, next))
  const body: EnvelopeBody = { type: 'history-request', channelId, epochs: epochs.slice(0, EPOCHS_A_REQUEST) }
  await sendTo(context, choose(context, channelId), body)
  return ASK_AGAIN_MIN_MS * 2 ** next.times
}

/**
 * Epochs without a record here in which this user may have had a leaf: those of messages that wait, and those before them up
 * to one that is known, since they tell who had joined meanwhile. What lies before the epoch in which this user was added, and
 * before the first known one, was said before they came, unless the history rule gives it to them (EPO-5, EPO-7).
 */
function missingEpochs(context: Context, channelId: ChannelId): EpochName[] {
  const group = loadGroup(context, channelId)
  if (!group) return []
  const { database } = context
  const all = policyOf(group).history === 'all'
  const first = earlier(readFirstEpoch(database, channelId), entranceOf(context, channelId))
  const missing = new Map<string, EpochName>()
  for (const { generation, epoch } of readWaiting(database, channelId)) {
    for (let at = epoch; at >= 0 && missing.size < EPOCHS_A_REQUEST; at -= 1) {
      if (!all && (!first || isBefore({ generation, epoch: at }, first))) break
      if (at < epoch && readEpoch(database, channelId, generation, at)) break
      if (!readEpoch(database, channelId, generation, at)) {
        missing.set(encodeKey({ generation, epoch: at }), { generation, epoch: at })
      }
    }
  }
  return [...missing.values()]
}

/** The epoch that began when this user was added: another than that in which this device came in, where a Welcome was lost. */
function entranceOf({ database }: Context, channelId: ChannelId): EpochName | undefined {
  const entry = readEntry(database, channelId, readChannel(database, channelId)?.joinedSeq ?? 0)
  const payload = entry?.kind === 'commit' ? decodeCommitPayload(entry.payload) : undefined
  return entry && payload && { generation: entry.generation, epoch: epochBegunBy(entry, payload) }
}

function earlier(a: EpochName | undefined, b: EpochName | undefined): EpochName | undefined {
  return a && b && isBefore(b, a) ? b : a
}

/** One's own other devices first, then whoever is about. */
function choose(context: Context, channelId: ChannelId): Leaf[] {
  const group = loadGroup(context, channelId)
  const own = context.requireKeys()
  const rank = (userId: UserId) =>
    userId === own.userId ? 0 : context.presence.get(userId) === 'online' ? 1 : 2
  return (group ? rosterOf(group) : [])
    .filter((leaf) => leaf.deviceId !== own.deviceId)
    .sort((a, b) => rank(a.userId) - rank(b.userId))
    .slice(0, ASKED_AT_ONCE)
}

async function sendTo(context: Context, recipients: readonly Leaf[], body: EnvelopeBody): Promise<void> {
  const envelopes = []
  for (const leaf of recipients) {
    const device = await findDevice(context, leaf)
    // What is sealed here opens the channel: only for the very keys that are in the group, whatever the server shows.
    if (!device || !sameBytes(device.signatureKey, leaf.signatureKey)) continue
    if (!sameBytes(device.identityKey, leaf.identityKey)) continue
    const sealed = await sealEnvelope({ recipient: device, sender: context.requireKeys(), body })
    envelopes.push({ deviceId: device.deviceId, payload: sealed })
  }
  if (envelopes.length > 0) await context.ports.transport.call('mailbox.send', { envelopes })
}

/** A device in its user's verified list, with the identity key that vouches for it. */
async function findDevice(
  context: Context,
  { userId, deviceId }: { userId: UserId; deviceId: string },
): Promise<(ListedDevice & { identityKey: Uint8Array }) | undefined> {
  const { documents } = await context.ports.transport.call('directory.read', { userIds: [userId] })
  const found = documents[0]
  if (!found) return undefined
  const statement = await verifyAccountStatement(found.account)
  if (statement.userId !== userId) return undefined
  const list = await verifyDeviceList(found.devices, statement)
  const device = list.devices.find((each) => each.deviceId === deviceId)
  return device && { ...device, identityKey: statement.identityKey }
}

/** Opens an envelope and acts on it: answers a request, or takes over records. Throws CryptoError for what does not verify. */
export async function receiveSealed(context: Context, envelope: Envelope): Promise<void> {
  let signatureKey: Uint8Array | undefined
  const { sender, body } = await openEnvelope({
    recipient: context.requireKeys(),
    sealed: envelope.payload,
    findSignatureKey: async (from) => (signatureKey = (await findDevice(context, from))?.signatureKey),
  })
  if (body.type === 'link') return
  const group = await caughtUpGroup(context, body.channelId)
  const leaf = group && signatureKey && findLeaf(group, sender, signatureKey)
  if (!leaf) return
  if (body.type === 'history-request') await answer(context, group, leaf, body)
  if (body.type === 'history') await takeOver(context, group, body)
}

/** The sender's place in the group: with the key that signed, so that no document of the server's own making stands for it. */
function findLeaf(
  group: MlsGroup,
  { userId, deviceId }: EnvelopeSender,
  signatureKey: Uint8Array,
): Leaf | undefined {
  const leaf = rosterOf(group).find((each) => each.deviceId === deviceId)
  return leaf?.userId === userId && sameBytes(leaf.signatureKey, signatureKey) ? leaf : undefined
}

type Request = Extract<EnvelopeBody, { type: 'history-request' }>

/** Gives records to a device whose user has a leaf now and had one in the epoch, or may read all of it by the policy (EPO-8). */
async function answer(context: Context, group: MlsGroup, sender: Leaf, body: Request): Promise<void> {
  const { channelId } = body
  const records = body.epochs.flatMap(
    (epoch) => givenOf(context, group, sender, { channelId, ...epoch }) ?? [],
  )
  if (records.length === 0 || !mayAnswer(context, sender.userId)) return
  await sendTo(context, [sender], { type: 'history', channelId, records: records.map(encodeEpochRecord) })
}

/** The record of an epoch as its asker may have it: undefined where they may not, or it is not here. */
function givenOf(
  context: Context,
  group: MlsGroup,
  asking: Leaf,
  { channelId, ...asked }: EpochName & { channelId: ChannelId },
): EpochRecord | undefined {
  const record = readEpoch(context.database, channelId, asked.generation, asked.epoch)
  const all = policyOf(group).history === 'all'
  if (!record || all || hadLeaf(context.database, channelId, asking.identityKey, asked)) return record
  const first = firstGiven(context, channelId, asking)
  if (!first || isBefore(asked, first) || !isBefore(asked, epochOf(group))) return undefined
  return isBefore(first, asked) ? record : withRoster(context, channelId, record)
}

/** Counts an answer; false when this hour's are used up. */
function mayAnswer(context: Context, userId: UserId): boolean {
  const hour = Math.floor(context.now() / HOUR_MS)
  const before = context.answered.get(userId)
  const times = before?.hour === hour ? before.times + 1 : 1
  context.answered.set(userId, { hour, times })
  return times <= ANSWERS_MAX
}

/** The group once the channel's work is done: the commit that brought the sender in may wait there still. */
function caughtUpGroup(context: Context, channelId: ChannelId): Promise<MlsGroup | undefined> {
  return context.serial.run(channelId, () => Promise.resolve(loadGroup(context, channelId)))
}

type Answer = Extract<EnvelopeBody, { type: 'history' }>

/** Records are taken from members only, when they open what waits for them, and never replace what is known (EPO-11). */
async function takeOver(context: Context, group: MlsGroup, body: Answer): Promise<void> {
  const { channelId } = body
  // Only what was asked for, and never of the present epoch or a later one: those come with commits only.
  const asked = new Set(missingEpochs(context, channelId).map(encodeKey))
  const offered = body.records
    .map(decodeEpochRecord)
    .filter((record) => asked.has(encodeKey(record)) && isBefore(record, epochOf(group)))
  const records = await believableOf(context, channelId, offered)
  context.database.transaction(() => {
    for (const record of records) saveEpoch(context.database, channelId, record, 'answer')
  })
  await readWaitingAgain(context, channelId)
  context.pokeVault()
}

function encodeKey({ generation, epoch }: { generation: number; epoch: number }): string {
  return `${generation}.${epoch}`
}
