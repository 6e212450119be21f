/**
 * "Waiting for a key": a device that lacks the record of an epoch in which its user had a leaf asks by mailbox, and any member's
 * engine answers after checking. DESIGN: "An epoch record"; SPEC.md, EPO-7 and EPO-8.
 */
import {
  decodeEpochRecord,
  encodeEpochRecord,
  openEnvelope,
  policyOf,
  rosterOf,
  sealEnvelope,
  verifyAccountStatement,
  verifyDeviceList,
  type EnvelopeBody,
  type EnvelopeSender,
  type ListedDevice,
  type MlsGroup,
} from '@reforms/crypto'
import { type ChannelId, type Envelope, type UserId } from '@reforms/protocol'
import type { Context } from '../context.ts'
import { readChannel } from '../tables/channels.ts'
import { readWaiting } from '../tables/entries.ts'
import { readEpoch, saveEpoch } from '../tables/epochs.ts'
import { readSetting, writeSetting } from '../tables/settings.ts'
import { loadGroup } from './following.ts'
import { readWaitingAgain } from './reading.ts'

const ASK_AGAIN_MS = 60_000
const ASKED_AT_ONCE = 5
const EPOCHS_A_REQUEST = 100

/** Asks a few devices for the records of epochs whose messages wait. Nothing happens where it was asked for lately. */
export async function requestKeys(context: Context, channelId: ChannelId): Promise<void> {
  const group = loadGroup(context, channelId)
  if (!group) return
  // Whoever came in by an external commit, which carries no history, has to ask for it under the history rule "all" (EPO-5).
  const from =
    policyOf(group).history === 'all' ? 0 : (readChannel(context.database, channelId)?.joinedSeq ?? 0)
  const waiting = readWaiting(context.database, channelId).filter((entry) => entry.seq >= from)
  if (waiting.length === 0) return
  const setting = `asked/${channelId}`
  const askedAt = Number(readSetting(context.database, setting) ?? 0)
  if (context.now() - askedAt < ASK_AGAIN_MS) return
  context.database.transaction(() => writeSetting(context.database, setting, context.now()))
  const epochs = new Map(
    waiting
      .filter((entry) => !readEpoch(context.database, channelId, entry.generation, entry.epoch))
      .map(({ generation, epoch }) => [`${generation}.${epoch}`, { generation, epoch }]),
  )
  if (epochs.size === 0) return
  const body: EnvelopeBody = {
    type: 'history-request',
    channelId,
    epochs: [...epochs.values()].slice(0, EPOCHS_A_REQUEST),
  }
  await sendTo(context, choose(context, channelId), body)
}

/** One's own other devices first, then whoever is about. */
function choose(context: Context, channelId: ChannelId): { userId: UserId; deviceId: string }[] {
  const group = loadGroup(context, channelId)
  const own = context.requireKeys()
  const rank = (userId: UserId) =>
    userId === own.userId ? 0 : context.presence.get(userId) === 'online' ? 1 : 2
  return (group ? rosterOf(group) : [])
    .filter((leaf) => leaf.deviceId !== own.deviceId)
    .sort((a, b) => rank(a.userId) - rank(b.userId))
    .slice(0, ASKED_AT_ONCE)
}

async function sendTo(
  context: Context,
  recipients: { userId: UserId; deviceId: string }[],
  body: EnvelopeBody,
): Promise<void> {
  const envelopes = []
  for (const { userId, deviceId } of recipients) {
    const device = await findDevice(context, userId, deviceId)
    if (!device) continue
    const sealed = await sealEnvelope({ recipient: device, sender: context.requireKeys(), body })
    envelopes.push({ deviceId: device.deviceId, payload: sealed })
  }
  if (envelopes.length > 0) await context.ports.transport.call('mailbox.send', { envelopes })
}

/** A device in its user's verified list. */
async function findDevice(
  context: Context,
  userId: UserId,
  deviceId: string,
): Promise<ListedDevice | undefined> {
  const { documents } = await context.ports.transport.call('directory.read', { userIds: [userId] })
  const found = documents[0]
  if (!found) return undefined
  const statement = await verifyAccountStatement(found.account)
  if (statement.userId !== userId) return undefined
  const list = await verifyDeviceList(found.devices, statement)
  return list.devices.find((device) => device.deviceId === deviceId)
}

/** Opens an envelope and acts on it: answers a request, or takes over records. Throws CryptoError for what does not verify. */
export async function receiveSealed(context: Context, envelope: Envelope): Promise<void> {
  const { sender, body } = await openEnvelope({
    recipient: context.requireKeys(),
    sealed: envelope.payload,
    findSignatureKey: async ({ userId, deviceId }) =>
      (await findDevice(context, userId, deviceId))?.signatureKey,
  })
  if (body.type === 'history-request') await answer(context, sender, body)
  if (body.type === 'history') await takeOver(context, sender, body)
}

type Request = Extract<EnvelopeBody, { type: 'history-request' }>

/** Gives records to a device whose user has a leaf now and had one in the epoch, or may read all of it by the policy. */
async function answer(context: Context, sender: EnvelopeSender, body: Request): Promise<void> {
  const group = await caughtUpGroup(context, body.channelId)
  if (!group || !rosterOf(group).some((leaf) => leaf.deviceId === sender.deviceId)) return
  const all = policyOf(group).history === 'all'
  const records = body.epochs
    .filter((epoch) => all || wasIn(context, body.channelId, sender.userId, epoch))
    .flatMap(({ generation, epoch }) => readEpoch(context.database, body.channelId, generation, epoch) ?? [])
    .map(encodeEpochRecord)
  if (records.length === 0) return
  await sendTo(context, [sender], { type: 'history', channelId: body.channelId, records })
}

/** The group once the channel's work is done: the commit that brought the sender in may wait there still. */
function caughtUpGroup(context: Context, channelId: ChannelId): Promise<MlsGroup | undefined> {
  return context.serial.run(channelId, () => Promise.resolve(loadGroup(context, channelId)))
}

/** Whether a user had a leaf in an epoch, from the changes known here. */
function wasIn(
  context: Context,
  channelId: ChannelId,
  userId: UserId,
  at: { generation: number; epoch: number },
): boolean {
  const rows = context.database.all(
    `SELECT device_id, added, max(epoch * 2 + added) AS newest FROM leaf_change
     WHERE channel_id = ? AND generation = ? AND user_id = ? AND epoch <= ? GROUP BY device_id`,
    [channelId, at.generation, userId, at.epoch],
  )
  return rows.some((row) => row['added'] === 1)
}

type Answer = Extract<EnvelopeBody, { type: 'history' }>

/** Records are taken from members only, and never replace what is known. A false one opens nothing: messages are signed. */
async function takeOver(context: Context, sender: EnvelopeSender, body: Answer): Promise<void> {
  const { channelId } = body
  const group = await caughtUpGroup(context, channelId)
  if (!group || !rosterOf(group).some((leaf) => leaf.deviceId === sender.deviceId)) return
  const wanted = new Set(readWaiting(context.database, channelId).map((entry) => encodeKey(entry)))
  const records = body.records.map(decodeEpochRecord).filter((record) => wanted.has(encodeKey(record)))
  context.database.transaction(() => {
    for (const record of records) saveEpoch(context.database, channelId, record, 'here')
  })
  await readWaitingAgain(context, channelId)
  context.pokeVault()
}

function encodeKey({ generation, epoch }: { generation: number; epoch: number }): string {
  return `${generation}.${epoch}`
}
