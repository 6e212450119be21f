import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClient } from '../../gateway/testing-client.ts'
import { newId, startTestServer, type TestServer } from '../../testing.ts'
import { channelOf, membersOf, TestMember } from '../testing-member.ts'

let server: TestServer
let url: string
let [ada, ben, carl] = [] as unknown as [TestMember, TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  await server.app.fastify.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(server.app.fastify.server.address() as AddressInfo).port}`
  ;[ada, ben, carl] = (await membersOf(server, 'ada', 'ben', 'carl')) as [TestMember, TestMember, TestMember]
}, 60_000)
afterAll(() => server.stop())

async function connect({ person }: TestMember): Promise<TestClient> {
  const client = await TestClient.connect(url, { headers: { authorization: `Bearer ${person.token}` } })
  await client.settled()
  return client
}

async function seqsOf(client: TestClient): Promise<number[]> {
  return (await client.settled()).flatMap((event) => (event.type === 'entry' ? [event.entry.seq] : []))
}

test('GW-3, LOG-13: members get each entry once, in the order of the log, as the log itself gives it', async () => {
  const channelId = await channelOf([ada, ben])
  const client = await connect(ben)
  const message = await ada.message()
  await Promise.all(
    Array.from({ length: 40 }, () => ada.call('log.append', { ...message, clientId: newId() })),
  )
  const events = await client.settled()
  const sent = events.flatMap((event) => (event.type === 'entry' ? [event.entry] : []))
  const { entries } = await ben.call('log.read', { channelId, after: 2, limit: 100 })
  expect(sent).toEqual(entries)
  client.socket.terminate()
})

test('LOG-13, LOG-15: whoever comes in is told from then on, whoever is removed nothing more', async () => {
  const moderators = [ada.person.identity.publicKey]
  const channelId = await channelOf([ada, ben], 'private', { moderators })
  const [bens, carls] = [await connect(ben), await connect(carl)]
  await ada.say()
  await carl.offer()
  carl.channelId = channelId
  await ada.call('channel.add', { channelId, members: [await ada.admit(carl)] })
  expect(await carls.next('channel')).toEqual({ type: 'channel', channelId })
  expect(await bens.next('turn-wanted')).toEqual({ type: 'turn-wanted', channelId, removal: false })
  await ada.say()
  const { seq } = await ada.commitTurn()
  expect((await carls.next('entry')).entry.seq).toBe(seq)
  expect((await carls.next('mailbox')).id).toBeGreaterThan(0)
  await carl.welcome()
  const next = await ada.say()
  expect((await carls.next('entry')).entry.seq).toBe(next.seq)
  await ada.call('channel.remove', { channelId, userId: carl.userId })
  expect(await bens.next('turn-wanted')).toEqual({ type: 'turn-wanted', channelId, removal: true })
  await ada.commitTurn()
  await ada.say()
  expect(await seqsOf(carls)).toEqual([])
  expect(await seqsOf(bens)).toEqual([3, 4, 5, 6, 7, 8])
  expect(await carl.codeOf('log.read', { channelId, after: 0, limit: 10 })).toBe('not-found')
  for (const client of [bens, carls]) client.socket.terminate()
})

test('TURN-2: a commit that leaves somebody waiting asks for the next turn, and says whether it is for a removal', async () => {
  const channelId = await channelOf([ada, ben, carl])
  const carls = await connect(carl)
  const wanted = () => carls.next('turn-wanted')
  const dora = new TestMember(server, await server.member(ada.person, 'dora'))
  await ada.call('channel.add', { channelId, members: [await ada.admit(dora)] })
  expect(await wanted()).toMatchObject({ removal: false })
  await ben.enterExternally()
  expect(await wanted()).toEqual({ type: 'turn-wanted', channelId, removal: false })
  const eve = new TestMember(server, await server.member(ada.person, 'eve'))
  await eve.offer()
  await ada.call('channel.add', { channelId, members: [await ada.admit(eve)] })
  await wanted()
  await ada.call('channel.leave', { channelId })
  expect(await wanted()).toMatchObject({ removal: true })
  await ben.enterExternally()
  expect(await wanted()).toEqual({ type: 'turn-wanted', channelId, removal: true })
  carls.socket.terminate()
})

test('LOG-12: whoever lost their leaf unseen by this process writes nothing more, though it thinks them a member', async () => {
  const channelId = await channelOf([ada, ben])
  const client = await connect(ben)
  const message = await ben.message()
  await client.call('log.append', { ...message, clientId: newId() })
  await server.sql`delete from channel_leaf where channel_id = ${channelId} and user_id = ${ben.userId}`
  await expect(client.call('log.append', { ...message, clientId: newId() })).rejects.toThrow('forbidden')
  expect((await ada.call('log.read', { channelId, after: 0, limit: 100 })).entries.at(-1)?.seq).toBe(3)
  client.socket.terminate()
})
