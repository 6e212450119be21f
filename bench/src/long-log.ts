/**
 * A log of a hundred thousand messages within a minute: each sealed and signed by a member's own keys and linked into the chain, as
 * engines and the server do it, but put into the server's tables at once. Whoever reads it notices no difference. For long-channel.ts.
 */
import {
  decodeEpochRecord,
  encodeContent,
  encryptMessage,
  hashPayload,
  nextHead,
  type DeviceIdentity,
} from '@reforms/crypto'
import type { Database as ClientDatabase } from '@reforms/client'
import { testingWord } from '@reforms/client/testing-messages'
import { decodeCbor, uuidV7, type ChannelId, type ClientId } from '@reforms/protocol'
import { random } from './crowd.ts'
import type { Database } from './server-database.ts'

/** In one statement; PostgreSQL takes 65,535 parameters. */
const ROWS = 500
const WORDS = 20_000

interface LogPart {
  readonly channelId: ChannelId
  /** What members who have left the programs keep: they are who writes. */
  readonly writers: readonly ClientDatabase[]
  readonly count: number
  /** The number of the first one, which its text says. */
  readonly from: number
  readonly atOf: (number: number) => number
}

interface End {
  seq: number
  head: Uint8Array
  readonly generation: number
  readonly epoch: number
}

/** What stands in every text once. */
export const markOf = (number: number) => `No. ${number}:`

function textOf(number: number): string {
  const words = Array.from({ length: 4 + (number % 20) }, (_, place) => {
    const share = (((number * 31 + place * 17) * 2_654_435_761) >>> 8) % 1000
    return testingWord(Math.floor(WORDS * (share / 1000) ** 3))
  })
  return `${markOf(number)} ${words.join(' ')}`
}

function writerOf(database: ClientDatabase, channelId: ChannelId, { generation, epoch }: End) {
  const [keys] = database.all("SELECT value FROM setting WHERE name = 'keys'")
  const [row] = database.all(
    'SELECT record FROM epoch WHERE channel_id = ? AND generation = ? AND epoch = ?',
    [channelId, generation, epoch],
  )
  if (!keys || !row) throw new Error('a writer is not in the channel')
  return {
    identity: decodeCbor(keys['value'] as Uint8Array) as DeviceIdentity,
    record: decodeEpochRecord(row['record'] as Uint8Array),
  }
}

type Writer = ReturnType<typeof writerOf>

async function seal(
  part: LogPart,
  { identity, record }: Writer,
  number: number,
  sent: Pick<End, 'seq' | 'head'>,
) {
  const at = part.atOf(number)
  const clientId = uuidV7(at, random(10)) as ClientId
  const payload = await encryptMessage(
    {
      epochSecret: record.secret,
      epochId: record.epochId,
      channelId: part.channelId,
      generation: record.generation,
      deviceId: identity.deviceId,
      clientId,
      content: encodeContent({ type: 'text', text: textOf(number), sent: { ...sent }, sentAt: at }),
      signatureKey: identity.signature,
    },
    random,
  )
  return { at, clientId, payload, sender: identity.deviceId, senderUser: identity.userId }
}

type Sealed = Awaited<ReturnType<typeof seal>>

function link(end: End, channelId: ChannelId, { payload, senderUser, ...header }: Sealed) {
  const { generation, epoch } = end
  const place = { channelId, seq: end.seq + 1, kind: 'message' as const, generation, epoch }
  const payloadHash = hashPayload(payload)
  const head = nextHead(
    end.head,
    { ...place, ...header, relatesTo: undefined, notify: undefined },
    payloadHash,
  )
  Object.assign(end, { seq: place.seq, head })
  return {
    channel_id: channelId,
    ...{
      seq: place.seq,
      kind: place.kind,
      generation,
      epoch,
      sender: header.sender,
      sender_user: senderUser,
    },
    ...{ client_id: header.clientId, at: header.at, payload, payload_hash: payloadHash, head },
  }
}

/** The server must not run, or start anew afterwards: it may remember where the log ended. */
export async function lengthenLog({ sql }: Database, part: LogPart): Promise<void> {
  const { channelId, from, count } = part
  const [end] = await sql<End[]>`
    select seq::float8 as seq, head, generation::float8 as generation, epoch::float8 as epoch
    from channel where channel_id = ${channelId}`
  if (!end) throw new Error('there is no such channel')
  const sent = { seq: end.seq, head: new Uint8Array(end.head) }
  const writers = part.writers.map((database) => writerOf(database, channelId, end))
  for (let first = from; first < from + count; first += ROWS) {
    const numbers = Array.from({ length: Math.min(ROWS, from + count - first) }, (_, index) => first + index)
    // Some lines of one person follow each other, as people write.
    const by = (number: number) => writers[Math.floor(number / 3) % writers.length]!
    const sealed = await Promise.all(numbers.map((number) => seal(part, by(number), number, sent)))
    const rows = sealed.map((each) => link(end, channelId, each))
    await sql`insert into log_entry ${sql(rows)}`
  }
  await sql`update channel set seq = ${end.seq}, head = ${end.head} where channel_id = ${channelId}`
}
