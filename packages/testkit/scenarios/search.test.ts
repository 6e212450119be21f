import type { Result } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import type { ChannelId } from '@reforms/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

/** More than a new device fetches of a channel that nobody opens. */
const OLD_MESSAGES = 65
/** A machine that is busy takes its time with so many. */
const ALL_SENT_MS = 80_000

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let rota: ChannelId

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register(options, server.setupLink, 'Ana')
  ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  rota = await ana.createChannel('Night rota', 'private', [await ben.me()])
  await ben.isIn(rota)
})
afterAll(async () => {
  await Promise.all([ana, ben].map((person) => person?.leave()))
  await server?.stop()
})

const finds = (person: TestPerson, typed: string, count: number) =>
  person.until('search', { text: typed, limit: 50 }, ({ results }) => results.length === count)

describe('people search', () => {
  it('SRCH-1: and find what was said to them, by words, by who said it, and where and when', async () => {
    await ana.say(rota, 'Žofie takes the late shift at https://example.org/rota')
    await ben.say(rota, '明日は東京都で会いましょう')
    await ana.hears(rota, '明日は東京都で会いましょう')
    await ben.hears(rota, 'Žofie takes the late shift at https://example.org/rota')
    const { results } = await finds(ben, 'zofie from:ana in:"night rota" has:link on:today', 1)
    expect(results[0]).toMatchObject({ channelId: rota, channelName: 'Night rota', authorName: 'Ana' })
    expect(results[0]?.snippet.find(({ found }) => found)?.text).toBe('Žofie')
    await finds(ana, '東京', 1)
    await finds(ana, 'from:me 東京', 0)
    await finds(ana, 'shift before:today', 0)
    const unknown = await finds(ana, 'shift from:nobody', 0)
    expect(unknown.filters).toMatchObject([{ kind: 'from', value: 'nobody', known: false }])
  })

  it('SRCH-1: and narrow it down to answers in threads, beside what else they ask for', async () => {
    await ana.say(rota, 'Who brings the cake?')
    const { seq } = await ben.hears(rota, 'Who brings the cake?')
    const answer = (text: string, inChannel: boolean) =>
      ben.do('message.send', {
        channelId: rota,
        text,
        files: [],
        answers: { as: 'thread', seq: seq!, inChannel },
      })
    await answer('A chocolate cake', false)
    await answer('And a lemon cake', true)
    await ana.hears(rota, 'And a lemon cake')
    await finds(ana, 'cake', 3)
    const { results, filters } = await finds(ana, 'in:thread cake from:ben in:"night rota"', 2)
    expect(results.map(({ thread }) => thread)).toEqual([undefined, seq])
    expect(filters[0]).toMatchObject({ kind: 'thread', known: true })
    await finds(ana, 'in:thread cake from:me', 0)
  })

  it('LOG-16: and find no more what its author has deleted', async () => {
    await ana.say(rota, 'The password is swordfish')
    await ben.hears(rota, 'The password is swordfish')
    const { results } = await finds(ben, 'swordfish', 1)
    await ana.do('message.redact', { channelId: rota, seq: results[0]!.seq })
    await finds(ben, 'swordfish', 0)
    await finds(ana, 'swordfish', 0)
  })

  it('SRCH-2: on a new device in all that they may read, which it fetches by itself and goes on with after a restart', async () => {
    for (let count = 1; count <= OLD_MESSAGES; count += 1) await ana.say(rota, `Report number ${count}`)
    const allSent = ({ waiting }: Result<'connection'>) => waiting === 0
    await ana.until('connection', {}, allSent, ALL_SENT_MS)
    const options = { serverUrl: server.url, database: openMemoryDatabase() }
    let phone = await TestPerson.restore(options, 'Ana', ana.phrase)
    await finds(phone, `"number ${OLD_MESSAGES}"`, 1)
    await finds(phone, 'zofie', 0)
    // Programs do so only when they are told.
    await phone.do('search.fetchHistory', { fetch: true })
    await phone.leave()
    phone = await TestPerson.open(options)
    await finds(phone, 'zofie', 1)
    await finds(phone, 'swordfish', 0)
    await phone.until('searchIndex', {}, ({ done, of }) => done === of)
    await phone.leave()
  })
})
