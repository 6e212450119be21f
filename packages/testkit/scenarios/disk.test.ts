/** The disk under the embedded PostgreSQL is full, or refuses to write: nothing is acknowledged that is not there afterwards. */
import type { ChannelId } from '@reforms/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import {
  FailingDisk,
  SmallDisk,
  startServer,
  TestPerson,
  whyNotFailingWrites,
  whyNotMount,
  type TestServer,
} from '../src/index.ts'

const DISK_MB = 220
/** Enough for new pages of a table. */
const MANY = { messages: 120, more: 'x'.repeat(20_000) }
const FEW = { messages: 20, more: '' }
const TROUBLE_MS = 4000
const WAIT_MS = 120_000

async function twoPeople(server: TestServer) {
  const options = { serverUrl: server.url }
  const ana = await TestPerson.register(options, server.setupLink, 'Ana')
  const ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  const channelId = await ana.createChannel('Ward', 'private', [await ben.me()])
  await ben.isIn(channelId)
  await ana.say(channelId, 'Before')
  await ben.hears(channelId, 'Before')
  return { ana, ben, channelId }
}

/** What is left of it keeps the disk busy. */
async function endPostgres(server: TestServer): Promise<void> {
  for (let pid = server.postgresPid(); pid !== undefined; pid = server.postgresPid()) {
    process.kill(pid, 'SIGQUIT')
    await sleep(200)
  }
}

const shortened = (texts: readonly string[]) => texts.map((text) => text.slice(0, 20).trimEnd())

/** What stands there as sent now: the server has said so. */
async function acknowledged(person: TestPerson, channelId: ChannelId): Promise<string[]> {
  return shortened(await person.texts(channelId))
}

/** While the disk is in trouble, and after it: all that was written arrives once, in order, and survives a restart. */
async function tellThroughTrouble(
  server: TestServer,
  { messages, more }: typeof FEW,
  trouble: { begin(): void; end(): void | Promise<void> },
) {
  const { ana, ben, channelId } = await twoPeople(server)
  onTestFinished(() => Promise.all([ana.leave(), ben.leave()]).then(() => undefined))
  const said = ['Before', ...Array.from({ length: messages }, (_, at) => `Long ${at + 1}`), 'Last']
  trouble.begin()
  for (const text of said.slice(1, -1)) await ana.say(channelId, `${text.padEnd(20)}${more}`)
  await sleep(TROUBLE_MS)
  const during = await acknowledged(ana, channelId)
  expect(during.length).toBeLessThan(said.length)
  const { items } = await ana.until('timeline', { channelId, limit: 500 }, ({ loading }) => !loading)
  expect(items.filter((item) => item.kind === 'message' && item.state === 'failed')).toEqual([])
  await trouble.end()
  await ana.say(channelId, 'Last')
  await ana.until('connection', {}, ({ waiting }) => waiting === 0, WAIT_MS)
  await ben.hears(channelId, 'Last')
  await server.kill9()
  await server.start()
  const later = await TestPerson.restore({ serverUrl: server.url }, 'Ben', ben.phrase)
  onTestFinished(() => later.leave())
  await later.hears(channelId, 'Last')
  await later.hears(channelId, 'Before')
  expect(await acknowledged(ben, channelId)).toEqual(said)
  expect(await acknowledged(later, channelId)).toEqual(said)
  // A refusal in words, not a fault that nobody foresaw.
  expect(server.output()).not.toContain('an operation failed')
}

const [noMount, noFailing] = [whyNotMount(), whyNotFailingWrites()]

it.skipIf(noMount)(
  `LOG-5: the disk is full while people write: what was said waits, and nothing that was acknowledged is lost${noMount ? ` (${noMount})` : ''}`,
  async () => {
    const disk = new SmallDisk(DISK_MB)
    onTestFinished(() => disk.close())
    const server = await startServer({ dataFolder: disk.folder })
    onTestFinished(() => server.stop())
    await tellThroughTrouble(server, MANY, { begin: () => disk.fill(), end: () => disk.empty() })
  },
  WAIT_MS * 2,
)

it.skipIf(noFailing)(
  `LOG-5: fsync fails while people write: nothing is acknowledged that is not durable${noFailing ? ` (${noFailing})` : ''}`,
  async () => {
    const disk = await FailingDisk.open()
    onTestFinished(() => disk.close())
    const server = await startServer({ dataFolder: disk.folder })
    onTestFinished(() => server.stop())
    const mend = async () => {
      await server.kill9()
      await endPostgres(server)
      await disk.mend()
      await server.start()
    }
    await tellThroughTrouble(server, FEW, { begin: () => disk.fail(), end: mend })
  },
  WAIT_MS * 2,
)
