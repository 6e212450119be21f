/** log.append: encrypted messages, for the current epoch only (SPEC.md, LOG-*). */
import {
  ProtocolError,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type Entry,
  type Input,
} from '@reforms/protocol'
import type { TransactionSql } from 'postgres'
import type { Handlers, Services } from '../../ports/call.ts'
import { deviceCallerOf, type DeviceCaller } from '../caller.ts'
import { demandUnarchived, lockChannel, type LockedChannel } from '../channel/locked-channel.ts'
import { inTransaction } from '../transaction.ts'
import { demandEpoch, demandOpenGate, demandWriter, readGates, type Gates } from './acceptance.ts'
import { appendEntries, findAllPlaced, placeOf, type NewEntry, type Placed } from './append.ts'
import { Batches, type Gathering } from './batch.ts'
import { EndAppends, endAfter, KnownEnds, type KnownEnd } from './known-end.ts'

interface Request {
  readonly message: Input<'log.append'>
  readonly caller: DeviceCaller
}

type Outcome = { readonly placed: Placed } | { readonly refused: ProtocolError }

/** A retry is known by its device and clientId, also beside the first attempt in one batch. */
function nameOf(deviceId: DeviceId, clientId: ClientId): string {
  return `${deviceId} ${clientId}`
}

/** Undefined when it may be appended. */
function refusalOf(
  channel: LockedChannel,
  gates: Gates,
  { message, caller }: Request,
): ProtocolError | undefined {
  try {
    demandUnarchived(channel)
    demandEpoch(channel, message)
    demandOpenGate(gates, caller.deviceId)
    demandWriter(channel, gates, caller.deviceId, message.relatesTo)
    const { relatesTo } = message
    if (relatesTo !== undefined && (relatesTo < 1 || relatesTo > channel.seq)) {
      throw new ProtocolError('invalid-input', { path: '/relatesTo', problem: 'names no entry of this log' })
    }
    return undefined
  } catch (error) {
    if (error instanceof ProtocolError) return error
    throw error
  }
}

function newEntry({ message, caller }: Request, at: number): NewEntry {
  const { generation, epoch, clientId, relatesTo, notify, payload } = message
  return { kind: 'message', generation, epoch, sender: caller, clientId, relatesTo, notify, at, payload }
}

interface Sifted {
  /** To be appended, by name. */
  readonly fresh: Map<string, Request>
  readonly refusals: Map<Request, ProtocolError>
}

/** What was placed earlier, or is there twice, is neither appended nor refused. */
function sift(
  requests: readonly Request[],
  placed: ReadonlyMap<string, Placed>,
  refusal: (request: Request) => ProtocolError | undefined,
): Sifted {
  const sifted: Sifted = { fresh: new Map(), refusals: new Map() }
  for (const request of requests) {
    const name = nameOf(request.caller.deviceId, request.message.clientId)
    if (placed.has(name) || sifted.fresh.has(name)) continue
    const refused = refusal(request)
    if (refused) sifted.refusals.set(request, refused)
    else sifted.fresh.set(name, request)
  }
  return sifted
}

async function readPlaced(
  transaction: TransactionSql,
  channelId: ChannelId,
  requests: readonly Request[],
): Promise<Map<string, Placed>> {
  const sent = requests.map(({ caller, message }) => [caller.deviceId, message.clientId] as const)
  const earlier = await findAllPlaced(transaction, channelId, sent)
  return new Map(earlier.map((entry) => [nameOf(entry.sender, entry.clientId), entry]))
}

interface Written {
  readonly outcomes: Outcome[]
  readonly entries: readonly Entry[]
  /** Where the log ends now. */
  readonly end: KnownEnd
}

async function writeBatch(
  transaction: TransactionSql,
  channelId: ChannelId,
  requests: readonly Request[],
  now: number,
): Promise<Written> {
  const channel = await lockChannel(transaction, channelId)
  const senders = requests.map(({ caller }) => caller.deviceId)
  const [placed, gates] = await Promise.all([
    readPlaced(transaction, channelId, requests),
    readGates(transaction, channel, senders),
  ])
  const { fresh, refusals } = sift(requests, placed, (request) => refusalOf(channel, gates, request))
  const added = [...fresh.values()].map((request) => newEntry(request, now))
  const entries = await appendEntries(transaction, channel, added)
  for (const entry of entries) placed.set(nameOf(entry.sender!, entry.clientId), entry)
  const outcomes = requests.map((request): Outcome => {
    const refused = refusals.get(request)
    const name = nameOf(request.caller.deviceId, request.message.clientId)
    return refused ? { refused } : { placed: placed.get(name)! }
  })
  const { generation, epoch, seq, head } = channel
  return { outcomes, entries, end: endAfter({ channelId, generation, epoch, seq, head }, entries) }
}

/** Undefined where each message has to be looked at. */
async function writeAtEnd(
  atEnds: EndAppends,
  end: KnownEnd | undefined,
  gathering: Gathering<Request>,
  clock: Services['clock'],
): Promise<Written | undefined> {
  if (!end) return undefined
  const entries = await atEnds.append(end, {
    get size() {
      return gathering.size
    },
    take: () => {
      const now = clock()
      return gathering.take().map((request) => newEntry(request, now))
    },
  })
  if (!entries) return undefined
  return { outcomes: entries.map((placed) => ({ placed })), entries, end: endAfter(end, entries) }
}

/** How messages of this process come into logs. */
function wayOf(services: Services) {
  const [ends, atEnds] = [new KnownEnds(), new EndAppends(services.sql)]
  const write = async (channelId: ChannelId, gathering: Gathering<Request>) => {
    const { outcomes, entries, end } =
      (await writeAtEnd(atEnds, ends.take(channelId), gathering, services.clock)) ??
      (await inTransaction(services.sql, (transaction) =>
        writeBatch(transaction, channelId, gathering.take(), services.clock()),
      ))
    ends.note(end)
    for (const entry of entries) services.bus.toChannel(channelId, { type: 'entry', entry })
    return outcomes
  }
  const batches = new Batches(
    ({ caller }: Request) => caller.userId,
    write,
    () => atEnds.grown(),
  )
  return (channelId: ChannelId, request: Request): Promise<Outcome> =>
    atEnds.ofDevice(request.caller.deviceId, () => batches.submit(channelId, request))
}

const ways = new WeakMap<Services, ReturnType<typeof wayOf>>()

export const append: Handlers['log.append'] = async (message, call) => {
  const { services } = call
  const caller = deviceCallerOf(call)
  const way = ways.get(services) ?? wayOf(services)
  ways.set(services, way)
  const outcome = await way(message.channelId, { message, caller })
  if ('refused' in outcome) throw outcome.refused
  return placeOf(outcome.placed)
}
