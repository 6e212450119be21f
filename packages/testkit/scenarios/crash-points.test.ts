/** What a program had stored at any moment of its life is enough to go on from: a copy is made after every transaction. */
import type { Database, Transport } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import { TransportLost } from '@reforms/client'
import { encodeCbor, type ChannelId, type Entry } from '@reforms/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { copyDatabase, OldState, startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
const people: TestPerson[] = []
const keep = (person: TestPerson) => (people.push(person), person)

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await Promise.all(people.map((person) => person.leave()))
  await server?.stop()
})

/** The same database, and a copy of it after each of its transactions while `copying`. */
function watched(database: Database) {
  const copies: Database[] = []
  const watch = { copying: false, copies }
  const spied: Database = {
    exec: (sql) => database.exec(sql),
    run: (sql, parameters) => database.run(sql, parameters),
    all: (sql, parameters) => database.all(sql, parameters),
    close: () => database.close(),
    transaction: (work) => {
      const result = database.transaction(work)
      if (watch.copying) copies.push(copyDatabase(database))
      return result
    },
  }
  return { database: spied, watch }
}

async function entriesOf(database: Database, channelId: ChannelId): Promise<Entry[]> {
  const transport = new OldState(database).transport(server.url)
  const before = Number.MAX_SAFE_INTEGER
  return (await transport.call('log.page', { channelId, before, limit: 200 }, 'http')).entries
}

it('EPO-9, ENG-1, ENG-4: whatever a device had stored at any moment opens all that is said later, its own commits included', async () => {
  const [anas, bens] = [watched(openMemoryDatabase()), watched(openMemoryDatabase())]
  const options = { serverUrl: server.url }
  const ana = keep(
    await TestPerson.register({ ...options, database: anas.database }, server.setupLink, 'Ana'),
  )
  const ben = keep(
    await TestPerson.register({ ...options, database: bens.database }, await ana.invite(), 'Ben'),
  )
  const channelId = await ana.createChannel('Ward', 'private', [await ben.me()])
  await ben.isIn(channelId)
  const said: string[] = []
  const both = async (who: TestPerson, text: string) => {
    said.push(text)
    await who.say(channelId, text)
    await Promise.all([ana.hears(channelId, text), ben.hears(channelId, text)])
  }
  await both(ana, 'Before')
  for (const each of [anas, bens]) each.watch.copying = true
  for (let round = 1; round <= 2; round += 1) {
    const carla = keep(await TestPerson.register(options, await ana.invite(), `Carla ${round}`))
    await ana.do('channel.addMembers', { channelId, people: [await carla.me()] })
    await carla.isIn(channelId)
    await both(ben, `With Carla ${round}`)
    await ana.do('channel.removeMember', { channelId, userId: await carla.me() })
    await both(round === 1 ? ana : ben, `Without Carla ${round}`)
  }
  for (const each of [anas, bens]) each.watch.copying = false

  const entries = await entriesOf(anas.database, channelId)
  const commits = entries.filter(({ kind }) => kind === 'commit')
  expect(new Set(commits.map(({ sender }) => sender)).size).toBeGreaterThan(1)
  let [whole, withOwn] = [0, 0]
  for (const { database, watch } of [anas, bens]) {
    for (const copy of watch.copies) {
      const own = pendingOf(copy, channelId)
      const to = untilOtherLife(copy, channelId, entries)
      const expected = await new OldState(database).read(channelId, to)
      expect(await new OldState(copy).read(channelId, to)).toEqual(expected)
      if (to.length === entries.length) whole += 1
      if (to.some(({ clientId }) => clientId === own)) withOwn += 1
    }
  }
  expect(await new OldState(anas.database).read(channelId, entries)).toEqual(said)
  expect(whole).toBeGreaterThan(10)
  expect(withOwn).toBeGreaterThan(1)
})

const pendingOf = (database: Database, channelId: ChannelId) =>
  database.all('SELECT client_id FROM pending_commit WHERE channel_id = ?', [channelId])[0]?.['client_id']

/** Up to the next commit of this device that it had not yet made then: from there on its life went otherwise. */
function untilOtherLife(copy: Database, channelId: ChannelId, entries: Entry[]): Entry[] {
  const { deviceId } = new OldState(copy).keys
  const [row] = copy.all('SELECT group_seq FROM channel WHERE channel_id = ?', [channelId])
  const own = pendingOf(copy, channelId)
  const end = entries.findIndex(
    ({ kind, sender, seq, clientId }) =>
      kind === 'commit' && sender === deviceId && seq > Number(row?.['group_seq']) && clientId !== own,
  )
  return end < 0 ? entries : entries.slice(0, end)
}

it('ENG-4: a commit is stored with its next state before it is sent, and promoted after a crash that lost the answer', async () => {
  const [ana] = people as [TestPerson]
  const database = openMemoryDatabase()
  const kept: boolean[] = []
  let losing = true
  /** Lets a commit through and loses the answer. */
  const between = (transport: Transport): Transport => ({
    call: async (operation, input, via) => {
      if (operation !== 'log.commit') return transport.call(operation, input, via)
      const { channelId, payload } = input as { channelId: ChannelId; payload: Uint8Array }
      const [row] = database.all('SELECT request, group_state FROM pending_commit WHERE channel_id = ?', [
        channelId,
      ])
      const request = Buffer.from(row?.['request'] as Uint8Array)
      kept.push(
        request.includes(Buffer.from(encodeCbor(payload))) && (row?.['group_state'] as Uint8Array).length > 0,
      )
      const answer = await transport.call(operation, input, via)
      if (losing) throw new TransportLost('the answer was lost')
      return answer
    },
    open: ({ onState, onEvent }) =>
      transport.open({
        onState,
        onEvent: (event) => (losing && event.type === 'entry' ? undefined : onEvent(event)),
      }),
    close: () => transport.close(),
    upload: (blobId, offset, bytes) => transport.upload(blobId, offset, bytes),
    download: (blobId, range) => transport.download(blobId, range),
  })
  const dora = await TestPerson.register(
    { serverUrl: server.url, database, between },
    await ana.invite(),
    'Dora',
  )
  const channelId = await dora.createChannel('Dora’s', 'private', [await ana.me()])
  await dora.until('channel', { channelId }, () => kept.length > 0)
  const copy = copyDatabase(database)
  const own = pendingOf(copy, channelId)
  await dora.leave()
  expect(own).toBeDefined()
  losing = false
  const again = keep(await TestPerson.open({ serverUrl: server.url, database: copy }))
  await ana.isIn(channelId)
  await again.say(channelId, 'Here again')
  await ana.hears(channelId, 'Here again')
  await ana.say(channelId, 'Good')
  await again.hears(channelId, 'Good')
  expect(kept.every(Boolean)).toBe(true)
  const commits = copy.all(
    "SELECT client_id FROM entry WHERE channel_id = ? AND kind = 'commit' AND seq > 1",
    [channelId],
  )
  expect(commits).toEqual([{ client_id: own }])
  expect(pendingOf(copy, channelId)).toBeUndefined()
})
