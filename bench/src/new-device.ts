/**
 * How soon somebody's new device has what is theirs, and how long a member takes to add a hundred people at once: two hundred
 * channels, one of them with ten thousand messages, a device that comes in by the phrase while the other is off.
 * `npm run bench -- new-device`; BENCH_CHANNELS, BENCH_MESSAGES and BENCH_JOINERS ask for other sizes.
 */
import type { Database } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import { startServer, TestPerson, type TestServer } from '@reforms/testkit'
import type { ChannelId } from '@reforms/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { register } from './crowd.ts'
import { describeMachine } from './figures.ts'

const CHANNELS = Number(process.env['BENCH_CHANNELS'] ?? 200)
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 10_000)
const JOINERS = Number(process.env['BENCH_JOINERS'] ?? 100)
const WITHIN_MS = 15 * 60_000
const NEWEST = 50
const LOOK_AGAIN_MS = 50

const said = (what: string, since: number) =>
  process.stdout.write(`${what.padEnd(72)} ${((performance.now() - since) / 1000).toFixed(2)} s\n`)

const countOf = (database: Database, query: string, parameters: string[] = []) =>
  Number(database.all(`SELECT count(*) AS count FROM ${query}`, parameters)[0]?.['count'])

/** Asks the database, since a view would be made anew at each change. */
async function untilNone(database: Database, query: string, parameters: string[] = []): Promise<void> {
  const count = () => countOf(database, query, parameters)
  for (const began = performance.now(); count() > 0; await sleep(LOOK_AGAIN_MS))
    if (performance.now() - began > WITHIN_MS) throw new Error(`still ${count()} of ${query}`)
}

/** Entries among them that are no messages: changes of who is in, what was announced. */
const OTHERS = 200

/** The newest so many messages of a channel can be read. */
const reads = (person: TestPerson, channelId: ChannelId, count: number) =>
  person.until(
    'timeline',
    { channelId, limit: count + OTHERS },
    ({ items }) =>
      items.filter((item) => item.kind === 'message' && item.state === 'sent').length >= count - 1,
    WITHIN_MS,
  )

async function addJoiners(ana: TestPerson, database: Database, server: TestServer): Promise<void> {
  const channelId = await ana.createChannel('Everybody', 'private')
  const invitation = { role: 'member', uses: JOINERS, expiresInHours: 1, note: '' } as const
  const { url: link } = await ana.do('invitation.create', invitation)
  const joiners = []
  for (let count = 0; count < JOINERS; count += 1) joiners.push(await register(server.url, link, 1))
  const people = joiners.map(({ devices }) => devices[0]!.userId)
  const began = performance.now()
  await ana.do('channel.addMembers', { channelId, people })
  await ana.until('channel', { channelId }, (view) => view?.members.length === JOINERS + 1, WITHIN_MS)
  said(`${JOINERS} people added, from asking to the roster`, began)
  const commits = countOf(database, "entry WHERE channel_id = ? AND kind = 'commit'", [channelId])
  process.stdout.write(`in ${commits - 1} commits\n`)
}

/** One channel in which much is said, and others. All of it is in the log and in the vault afterwards. */
async function sayMuch(ana: TestPerson, database: Database): Promise<ChannelId> {
  const channels: ChannelId[] = []
  const began = performance.now()
  for (let count = 0; count < CHANNELS; count += 1) {
    const channelId = await ana.createChannel(`Ward ${count}`, 'private')
    await ana.say(channelId, `In ward ${count}`)
    channels.push(channelId)
  }
  await untilNone(database, 'outbox')
  said(`${CHANNELS} channels made, with a message in each`, began)
  const [open] = channels as [ChannelId]
  const saying = performance.now()
  for (let count = 2; count <= MESSAGES; count += 1) await ana.say(open, `Message ${count}`)
  await untilNone(database, 'outbox')
  said(`${MESSAGES} messages sent in one of them`, saying)
  await untilNone(database, 'epoch WHERE in_vault = 0')
  return open
}

/** As whoever asks for all of a channel's history does: a page after another, until it is here and read. */
async function fetchAll(person: TestPerson, database: Database, channelId: ChannelId): Promise<void> {
  for (let more = true; more;) ({ more } = await person.do('history.fetch', { channelId }))
  await untilNone(
    database,
    `(SELECT ? AS id) WHERE (SELECT count(*) FROM entry
    WHERE channel_id = id AND kind = 'message' AND state = 'clear') < ${MESSAGES}`,
    [channelId],
  )
}

/** Channels of which no message has been read yet. */
const UNREADABLE = `channel c WHERE NOT EXISTS
  (SELECT 1 FROM entry e WHERE e.channel_id = c.channel_id AND e.kind = 'message' AND e.state = 'clear')`

async function comeBack(serverUrl: string, phrase: string, open: ChannelId): Promise<void> {
  const database = openMemoryDatabase()
  const began = performance.now()
  const ana = await TestPerson.restore({ serverUrl, database }, 'Ana', phrase)
  said('a new device by the phrase: signed in and online', began)
  const online = performance.now()
  await reads(ana, open, Math.min(NEWEST, MESSAGES))
  said(`the newest ${NEWEST} messages of the open channel`, online)
  await ana.until('channels', {}, (list) => list.length >= CHANNELS, WITHIN_MS)
  await untilNone(database, UNREADABLE)
  said(`the newest message of all ${CHANNELS} channels`, online)
  const back = performance.now()
  await fetchAll(ana, database, open)
  said(`${MESSAGES} old messages of one channel`, back)
  await untilNone(database, "channel WHERE group_seq IS NULL AND place = 'member'")
  said(`in the group of each of the ${CHANNELS} channels`, online)
  await ana.leave()
}

process.stdout.write(`${describeMachine()}\n`)
// What is measured is the device: that a member writes 50 messages a second at most would only make it wait.
const server = await startServer({ env: { REFORMS_LIMIT_APPENDS_PER_SECOND: '5000' } })
try {
  const database = openMemoryDatabase()
  const ana = await TestPerson.register({ serverUrl: server.url, database }, server.setupLink, 'Ana')
  if (JOINERS > 0) await addJoiners(ana, database, server)
  const open = await sayMuch(ana, database)
  await ana.leave()
  await comeBack(server.url, ana.phrase, open)
} finally {
  await server.stop()
}
