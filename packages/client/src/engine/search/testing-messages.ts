/** A database full of messages that nobody has written, and what a search over them finds. For measurements and tests only. */
import {
  encodeCbor,
  uuidV7,
  type ChannelId,
  type ClientId,
  type DeviceId,
  type Seq,
  type UserId,
} from '@reforms/protocol'
import { encodeContent, FIRST_HEAD } from '@reforms/crypto'
import type { SearchView } from '../../search-api.ts'
import type { Database, Ports, Transport } from '../../ports.ts'
import { indexMessage } from '../channel/findable.ts'
import { Context } from '../context.ts'
import { prepareDatabase } from '../database-schema.ts'
import { saveEntry } from '../tables/entries.ts'
import { savePerson } from '../tables/people.ts'
import { searchView } from '../views/search.ts'
import { createMemoryFileStore } from '../../node/file-store.ts'

const CHANNELS = 200
const PEOPLE = 50
const WORDS = 20_000
const A_TRANSACTION = 500
/** One in so many messages is an answer in a thread. */
const THREAD_EVERY = 25
const MINUTE_MS = 60_000
const SYLLABLES = [
  'ka',
  'ro',
  'min',
  'te',
  'sal',
  'ver',
  'don',
  'li',
  'ber',
  'nu',
  'shi',
  'pra',
  'tol',
  'gen',
  'ma',
  'ex',
]
const KANJI = '東京都内会議室予約明日午後三時病院看護師夜勤交代表更新確認願致'

/** The same for the same seed: xorshift. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const idOf = <T extends string>(kind: number, number: number) =>
  uuidV7(
    kind,
    new Uint8Array(10).map((_, index) => number >> (8 * (9 - index))),
  ) as T

/** Some words are said all the time and most hardly ever. */
export function testingWord(rank: number): string {
  const letters = [rank % 16, (rank >> 4) % 16, (rank >> 8) % 16, (rank >> 12) % 16]
  return letters.map((each, index) => (index < 2 || rank >> (4 * index) > 0 ? SYLLABLES[each] : '')).join('')
}

export function fillTestingMessages(database: Database, count: number): void {
  prepareDatabase(database)
  const random = numbers(7)
  database.transaction(() => {
    for (let number = 0; number < PEOPLE; number += 1) addPerson(database, number)
    for (let number = 0; number < CHANNELS; number += 1) addChannel(database, number)
  })
  for (let first = 0; first < count; first += A_TRANSACTION) {
    database.transaction(() => {
      for (let number = first; number < Math.min(count, first + A_TRANSACTION); number += 1)
        addMessage(database, number, random)
    })
  }
}

function addPerson(database: Database, number: number): void {
  savePerson(database, {
    userId: idOf<UserId>(1, number),
    userName: `person${number}`,
    displayName: `Person ${number}`,
    role: 'member',
    active: true,
    identityKey: new Uint8Array(32),
  } as Parameters<typeof savePerson>[1])
}

function addChannel(database: Database, number: number): void {
  database.run(
    `INSERT INTO channel (channel_id, kind, name, topic, archived, place, device_in, participants, created_at, server_seq, server_head)
     VALUES (?, 'public', ?, '', 0, 'member', 1, ?, 1, 0, x'00')`,
    [idOf<ChannelId>(2, number), `Channel ${number}`, encodeCbor([])],
  )
}

function addMessage(database: Database, number: number, random: (below: number) => number): void {
  const text = number % 10 === 0 ? japanese(random) : spoken(random)
  const channelId = idOf<ChannelId>(2, random(CHANNELS))
  saveEntry(
    database,
    {
      channelId,
      seq: (number + 1) as Seq,
      kind: 'message',
      generation: 0,
      epoch: 0,
      sender: idOf<DeviceId>(3, number % PEOPLE),
      senderUser: idOf<UserId>(1, random(PEOPLE)),
      clientId: idOf<ClientId>(4, number),
      at: 1_700_000_000_000 + number * MINUTE_MS,
      payloadHash: new Uint8Array(32),
      head: new Uint8Array(32),
    },
    'clear',
    encodeContent({ type: 'text', text, sent: { seq: 0, head: FIRST_HEAD }, sentAt: 1 }),
  )
  if (number % THREAD_EVERY === 0)
    database.run("UPDATE entry SET place = 'thread' WHERE channel_id = ? AND seq = ?", [
      channelId,
      number + 1,
    ])
  indexMessage({ database }, channelId, number + 1)
}

function spoken(random: (below: number) => number): string {
  return Array.from({ length: 4 + random(20) }, () =>
    testingWord(Math.floor(WORDS * (random(1000) / 1000) ** 3)),
  ).join(' ')
}

function japanese(random: (below: number) => number): string {
  return Array.from({ length: 10 + random(30) }, () => KANJI[random(KANJI.length)]).join('')
}

/** A search as a view asks for it. */
export function createTestingSearch(database: Database): (text: string) => SearchView {
  const clock = { now: () => Date.now(), after: () => () => undefined }
  const log = { info: () => undefined, warn: () => undefined }
  const random = (length: number) => new Uint8Array(length)
  const ports: Ports = {
    database,
    clock,
    log,
    random,
    transport: NO_TRANSPORT,
    files: createMemoryFileStore(),
    client: 'program',
  }
  const context = new Context(ports)
  return (text) => searchView(context, { text, limit: 30 })
}

const NO_TRANSPORT: Transport = {
  call: () => Promise.reject(new Error('there is no server')),
  open: () => undefined,
  close: () => undefined,
  upload: () => Promise.reject(new Error('there is no server')),
  download: () => Promise.reject(new Error('there is no server')),
}
