/**
 * Reading messages: a pure function of an epoch record and an entry, which can be repeated at any time, in any order.
 * DESIGN: "Encryption"; SPEC.md, MSG-5, MSG-6, MSG-8, EPO-6.
 */
import {
  CryptoError,
  decryptMessage,
  knownContent,
  type EpochRecord,
  type MessageContent,
} from '@reforms/crypto'
import { cleanLines, cleanName, type ChannelId, type Entry, type UserId } from '@reforms/protocol'
import { TransportLost } from '../../ports.ts'
import { proofOf, proveLeaves, type Proof } from '../account/leaf-proofs.ts'
import type { Context } from '../context.ts'
import { eraseRelated, noteRelated, PlainMessages } from './changed-relations.ts'
import { isOver } from './disappearing.ts'
import { isByModerator, judged, noteAbout, type SignedPlace } from './writers.ts'
import { callsMyTeam } from './mentioned.ts'
import { callsAll, saidOf } from './said.ts'
import { signerOf } from './signer.ts'
import {
  markCallsAll,
  markCallsTeam,
  readWaiting,
  readWaitingOf,
  saveContent,
  type EntryState,
  type StoredEntry,
} from '../tables/entries.ts'
import { tellLate } from './notifying.ts'
import { readEpoch } from '../tables/epochs.ts'
import type { LeafKeys } from '../tables/proven-leaves.ts'
import { readChannel, saveLastAt, saveNames } from '../tables/channels.ts'

export interface Reading {
  state: EntryState
  content?: Uint8Array
  /** Whose device signed it: the chain does not cover what the server says of that. */
  author?: UserId
  /** Undefined also for what this version does not know, which is kept all the same (MSG-8). */
  decoded?: MessageContent | undefined
}

type Readable = Pick<
  Entry,
  | 'channelId'
  | 'kind'
  | 'generation'
  | 'epoch'
  | 'sender'
  | 'senderUser'
  | 'clientId'
  | 'relatesTo'
  | 'notify'
  | 'payload'
  | 'at'
>

/**
 * Whether all changes of the roster up to an epoch are known here: back to the founding, or to the record with which this device
 * came in, which has the whole roster. Who has no leaf then had none (MSG-6).
 */
function isRosterKnown(context: Context, { channelId, generation, epoch }: Readable): boolean {
  const { deviceId } = context.requireKeys()
  for (let at = epoch; at >= 0; at -= 1) {
    const record = readEpoch(context.database, channelId, generation, at)
    if (!record) return false
    if (record.added.some((leaf) => leaf.deviceId === deviceId)) return true
  }
  return true
}

/** Before entries are read: who signed them is looked up in signed lists, where that was not done before (EPO-6). */
export async function proveSigners(context: Context, entries: readonly Readable[]): Promise<void> {
  const signed = entries.filter(({ kind }) => kind === 'message' || kind === 'redaction')
  const signers = new Map<string, LeafKeys>()
  for (const entry of new Map(signed.map((each) => [signingPlace(each), each])).values()) {
    const signer = signerOf(context, entry)
    if (signer) signers.set(`${signer.deviceId} ${String(signer.signatureKey)}`, signer)
  }
  await proveLeaves(context, [...signers.values()])
}

function signingPlace({ generation, epoch, sender }: Readable): string {
  return `${generation}.${epoch}/${sender ?? ''}`
}

/** What many entries of a channel are read by: each looked up once, and kept no longer, since it may change. */
class Lookup {
  readonly #context: Context
  readonly #records = new Map<string, EpochRecord | undefined>()
  readonly #signers = new Map<string, { signer: LeafKeys; proof: Proof } | undefined>()

  constructor(context: Context) {
    this.#context = context
  }

  recordOf({ channelId, generation, epoch }: Readable): EpochRecord | undefined {
    return once(this.#records, `${generation}.${epoch}`, () =>
      readEpoch(this.#context.database, channelId, generation, epoch),
    )
  }

  signerOf(entry: Readable): { signer: LeafKeys; proof: Proof } | undefined {
    return once(this.#signers, signingPlace(entry), () => {
      const signer = signerOf(this.#context, entry)
      return signer && { signer, proof: proofOf(this.#context, signer) }
    })
  }
}

function once<T>(known: Map<string, T>, key: string, look: () => T): T {
  if (!known.has(key)) known.set(key, look())
  return known.get(key) as T
}

/** Entries of one channel, all at once. */
export function readMessages(context: Context, entries: readonly Readable[]): Promise<Reading[]> {
  const lookup = new Lookup(context)
  return Promise.all(entries.map((entry) => readMessage(context, entry, lookup)))
}

/**
 * `waiting` where the epoch's record, the signer's leaf or its proof is not here; `bad` where something does not verify; `withheld`
 * where the server gives no payload, until an order to erase it is found (LOG-16) or its days are over (LOG-19).
 */
export async function readMessage(
  context: Context,
  entry: Readable,
  lookup = new Lookup(context),
): Promise<Reading> {
  if (entry.kind !== 'message' || !entry.sender) return { state: 'plain' }
  if (!entry.payload) return { state: isOver(context, entry) ? 'erased' : 'withheld' }
  const record = lookup.recordOf(entry)
  if (!record) return { state: 'waiting' }
  const signed = lookup.signerOf(entry)
  if (!signed) return { state: isRosterKnown(context, entry) ? 'bad' : 'waiting' }
  const { signer, proof } = signed
  if (proof !== 'proven') return { state: proof === 'false-leaf' ? 'bad' : 'waiting' }
  try {
    const content = await decrypt(entry, record, signer.signatureKey)
    return { state: 'clear', content, author: signer.userId, decoded: knownContent(content) }
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    context.ports.log.warn('a message does not verify', { code: error.code, epoch: entry.epoch })
    return { state: 'bad' }
  }
}

function decrypt(entry: Readable, record: EpochRecord, signerPublicKey: Uint8Array): Promise<Uint8Array> {
  const { channelId, generation, sender, clientId, relatesTo, notify, payload } = entry
  const { secret: epochSecret, epochId } = record
  if (!sender || !payload) throw new Error('only messages that are there are decrypted')
  const place = { channelId, generation, epochId, deviceId: sender, clientId, relatesTo, notify }
  return decryptMessage({ ...place, epochSecret, payload, signerPublicKey })
}

/** Somebody may have written what no key opens: so many messages of an epoch are tried. */
const TRIED_MAX = 50

/**
 * Those of some records that came from others which name no false leaf (EPO-6), and open a message that waits for them, or for
 * which none waits. A false one would close its messages for good (EPO-11).
 */
export async function believableOf(
  context: Context,
  channelId: ChannelId,
  records: readonly EpochRecord[],
): Promise<EpochRecord[]> {
  const believable: EpochRecord[] = []
  await proveLeaves(
    context,
    records.flatMap(({ added }) => added),
  )
  for (const record of records) {
    const isFalse = record.added.some((leaf) => proofOf(context, leaf) === 'false-leaf')
    if (!isFalse && (await isBelievable(context, channelId, record))) believable.push(record)
    else context.ports.log.warn('a false epoch record was offered', { channelId, epoch: record.epoch })
  }
  return believable
}

async function isBelievable(context: Context, channelId: ChannelId, record: EpochRecord): Promise<boolean> {
  const waiting = readWaitingOf(context.database, channelId, record, TRIED_MAX)
  for (const entry of waiting) if (await opens(context, record, entry)) return true
  return waiting.length === 0
}

/** Whether a record is the one that a message commits to, whoever signed the message. */
async function opens(context: Context, record: EpochRecord, entry: StoredEntry): Promise<boolean> {
  try {
    await decrypt(entry, record, context.requireKeys().signature.publicKey)
    return true
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error
    return error.code === 'signature'
  }
}

/** What a message that could be read changes besides itself: the channel's name, other messages. What is plain is noted together later. */
export function noteContent(
  context: Context,
  entry: SignedPlace,
  reading: Reading,
  plain: PlainMessages,
): void {
  if (reading.decoded?.type === 'settings') noteNames(context, entry, reading.decoded)
  if (reading.decoded?.type === 'about') noteAbout(context, entry, reading.decoded)
  const [isForAll, isForTeam] = [callsAll(reading.decoded), callsMyTeam(context, reading.decoded)]
  if (isForAll) markCallsAll(context.database, entry.channelId, entry.seq)
  if (isForTeam) markCallsTeam(context.database, entry.channelId, entry.seq)
  if (reading.state === 'erased') eraseRelated(context, entry.channelId, { seq: entry.seq, stood: 'nowhere' })
  if (reading.state !== 'clear') return
  if (!plain.add(entry, reading.decoded, isForAll || isForTeam)) noteRelated(context, entry)
}

/** When the channel was last spoken in: once for many entries, since its row holds the whole group. */
export function noteSpoken(
  context: Context,
  entries: readonly { channelId: ChannelId; at: number }[],
  readings: readonly Reading[],
): void {
  const spoken = entries.filter((_, index) => saidOf(readings[index]?.decoded) !== undefined)
  const newest = Math.max(...spoken.map(({ at }) => at))
  if (spoken[0]) saveLastAt(context.database, spoken[0].channelId, newest)
}

/** A message that says something, or may: a reaction or an edit does not bring its channel to the top. */
export function isNews({ kind }: Pick<Entry, 'kind'>, { decoded }: Reading): boolean {
  return kind === 'message' && (decoded === undefined || saidOf(decoded) !== undefined)
}

/**
 * Moderators say a channel's name, as far as its log is where the name is said (CH-6, CH-11): a public channel's is the server's. What
 * others say again for newcomers counts for who has heard nothing from a moderator. What nobody could see is no name (NAME-3).
 */
function noteNames(context: Context, place: SignedPlace, said: { name: string; topic: string }): void {
  const { database } = context
  const { channelId, seq } = place
  const byModerator = isByModerator(context, place)
  const name = cleanName(said.name)
  if (name === '' || readChannel(database, channelId)?.kind === 'public') return
  saveNames(database, channelId, { name, topic: cleanLines(said.topic), seq, byModerator })
}

/** Tries again what waits for a key, after records have arrived. Returns how many could be read now. */
export async function readWaitingAgain(context: Context, channelId: ChannelId): Promise<number> {
  const waiting = readWaiting(context.database, channelId)
  if (!(await tryToProve(context, waiting))) return 0
  const readings = await readMessages(context, waiting)
  const done = waiting
    .map((entry, index) => ({ entry, reading: readings[index] as Reading }))
    .filter(({ reading }) => reading.state !== 'waiting')
  if (done.length === 0) return 0
  context.database.transaction(() => {
    const plain = new PlainMessages(context)
    for (const one of done) one.reading = storeReading(context, one.entry, one.reading, plain)
    plain.note()
    noteSpoken(
      context,
      done.map(({ entry }) => entry),
      done.map(({ reading }) => reading),
    )
  })
  for (const { entry, reading } of done) tellLate(context, entry, reading)
  context.channelChanged(channelId)
  return done.length
}

/** False where the connection was lost: the next connect reads again. */
async function tryToProve(context: Context, waiting: readonly StoredEntry[]): Promise<boolean> {
  try {
    await proveSigners(context, waiting)
    return true
  } catch (error) {
    if (!(error instanceof TransportLost)) throw error
    return false
  }
}

/** What it comes to: what was said before it may forbid it. */
function storeReading(context: Context, entry: StoredEntry, read: Reading, plain: PlainMessages): Reading {
  const reading = judged(context, entry, read)
  saveContent(context.database, entry, reading)
  noteContent(context, entry, reading, plain)
  return reading
}
