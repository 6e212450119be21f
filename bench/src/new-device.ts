/**
 * How soon somebody's new device has what is theirs, and how long a member takes to add a hundred people at once: two hundred
 * channels, one of them with ten thousand messages, a device that comes in by the phrase while the other is off.
 * `npm run bench -- new-device`.
 */
import { openMemoryDatabase } from '@reforms/client/node'
import { startServer, TestPerson } from '@reforms/testkit'
import type { ChannelId } from '@reforms/protocol'
import { register } from './crowd.ts'
import { describeMachine } from './figures.ts'

const CHANNELS = Number(process.env['BENCH_CHANNELS'] ?? 200)
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 10_000)
const JOINERS = Number(process.env['BENCH_JOINERS'] ?? 100)
const WITHIN_MS = 30 * 60_000
const NEWEST = 50

const said = (what: string, since: number) =>
  process.stdout.write(`${what.padEnd(72)} ${((performance.now() - since) / 1000).toFixed(2)} s\n`)
const server = await startServer()
const options = { serverUrl: server.url, database: openMemoryDatabase() }
let ana = await TestPerson.register(options, server.setupLink, 'Ana')

const clear = (person: TestPerson, channelId: ChannelId, count: number) =>
  person.until(
    'timeline',
    { channelId, limit: count },
    ({ items }) =>
      items.filter((item) => item.kind === 'message' && item.state === 'sent').length >= count - 1,
    WITHIN_MS,
  )

const joinersChannel = await ana.createChannel('Everybody', 'private')
const { url: link } = await ana.do('invitation.create', {
  role: 'member',
  uses: JOINERS,
  expiresInHours: 1,
  note: '',
})
const joiners = []
for (let count = 0; count < JOINERS; count += 1) joiners.push(await register(server.url, link, 1))
const people = joiners.map(({ devices }) => devices[0]!.userId)
const adding = performance.now()
await ana.do('channel.addMembers', { channelId: joinersChannel, people })
await ana.until(
  'channel',
  { channelId: joinersChannel },
  (view) => view?.members.length === JOINERS + 1,
  WITHIN_MS,
)
process.stdout.write(`${describeMachine()}\n`)
said(`${JOINERS} people added, from asking to the roster`, adding)
const [commits] = options.database.all(
  "SELECT count(*) AS count FROM entry WHERE channel_id = ? AND kind = 'commit'",
  [joinersChannel],
)
process.stdout.write(`in ${Number(commits?.['count']) - 1} commits\n`)

const channels: ChannelId[] = []
for (let count = 0; count < CHANNELS; count += 1) {
  const channelId = await ana.createChannel(`Ward ${count}`, 'private')
  await ana.say(channelId, `In ward ${count}`)
  channels.push(channelId)
}
const open = channels[0]!
for (let count = 2; count <= MESSAGES; count += 1) await ana.say(open, `Message ${count}`)
await clear(ana, open, MESSAGES)
await ana.until('connection', {}, ({ waiting }) => waiting === 0, WITHIN_MS)
await new Promise((resolve) => setTimeout(resolve, 5000))
const { phrase } = ana
await ana.leave()

const began = performance.now()
ana = await TestPerson.restore({ serverUrl: server.url }, 'Ana', phrase)
said('a new device by the phrase: signed in and online', began)
const online = performance.now()
await clear(ana, open, NEWEST)
said(`the newest ${NEWEST} messages of the open channel`, online)
await ana.until(
  'channels',
  {},
  (list) => list.filter(({ preview }) => preview !== undefined).length >= CHANNELS,
  WITHIN_MS,
)
said(`the newest message of all ${CHANNELS} channels`, online)
const back = performance.now()
await clear(ana, open, MESSAGES)
said(`${MESSAGES} old messages of one channel`, back)
await ana.leave()
await server.stop()
