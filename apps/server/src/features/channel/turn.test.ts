import { limits, type ChannelId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing.ts'
import { addTestChannel, addTestUser, type TestUser } from '../testing.ts'
import { channelOf, membersOf, type TestMember } from '../testing-member.ts'

let server: TestServer
let [ada, ben, carl] = [] as unknown as [TestMember, TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer()
  ;[ada, ben, carl] = (await membersOf(server, 'ada', 'ben', 'carl')) as [TestMember, TestMember, TestMember]
}, 60_000)
afterAll(() => server.stop())

const HOUR_MS = 3_600_000

const rested = () => (server.clock.now += 2000)

test('TURN-1: one device at a time; asking again gives the same turn; when its time is over it passes on', async () => {
  await channelOf([ada, ben])
  rested()
  const turn = await ada.take()
  expect(turn.granted).toBe(true)
  const refused = await ben.take()
  expect(refused).toMatchObject({ granted: false, retryAfterMs: limits.TURN_MS, adds: [] })
  expect(refused.turnId).toBeUndefined()
  expect((await ada.take()).turnId).toBe(turn.turnId)
  server.clock.now += limits.TURN_MS + 1
  expect((await ben.take()).granted).toBe(true)
  const late = await ada.commitOf(turn)
  expect(await ada.codeOf('log.commit', ada.inputOf(late, turn.turnId))).toBe('turn-busy')
})

test('TURN-1: of two who ask at once one is told to wait', async () => {
  await channelOf([ada, ben])
  rested()
  const turns = await Promise.all([ada.take(), ben.take()])
  expect(turns.map(({ granted }) => granted).toSorted()).toEqual([false, true])
})

test('TURN-1, TURN-4: a clock that is set back holds up neither a turn nor the rest after it', async () => {
  await channelOf([ada, ben])
  rested()
  await ada.take()
  server.clock.now -= HOUR_MS
  const turn = await ben.take()
  expect(turn.granted).toBe(true)
  await ben.call('turn.release', { channelId: ben.channelId, turnId: turn.turnId!, unusable: [] })
  server.clock.now -= HOUR_MS
  expect((await ada.take()).granted).toBe(true)
})

test('TURN-4: two seconds lie between turns, unless a removal waits', async () => {
  const channelId = await channelOf([ada, ben, carl])
  expect(await ben.take()).toMatchObject({ granted: false, retryAfterMs: 2000 })
  server.clock.now += 1500
  expect(await ben.take()).toMatchObject({ granted: false, retryAfterMs: 500 })
  await carl.call('channel.leave', { channelId })
  const turn = await ben.take()
  expect(turn).toMatchObject({ granted: true, removes: [{ userId: carl.userId }] })
})

test('TURN-6: a commit without the turn is refused', async () => {
  await channelOf([ada, ben])
  rested()
  const made = await ada.commitOf({ adds: [], removes: [] })
  expect(await ada.codeOf('log.commit', ada.inputOf(made, undefined))).toBe('turn-busy')
  await ben.take()
  expect(await ada.codeOf('log.commit', ada.inputOf(made, undefined))).toBe('turn-busy')
})

test('TURN-6: an external commit waits for the device that holds the turn', async () => {
  const channelId = await channelOf([ada], 'public')
  ben.channelId = channelId
  await ben.call('channel.join', { channelId })
  rested()
  await ada.take()
  const { input } = await ben.externalCommit()
  expect(await ben.codeOf('log.commit', input)).toBe('turn-busy')
  server.clock.now += limits.TURN_MS + 1
  expect(await ben.codeOf('log.commit', input)).toBe('done')
})

test('TURN-5, DIR-4: a turn that is given back hands the same key package out again; one that does not work is dropped', async () => {
  await ben.offer()
  const { channel } = await ada.create('private', {}, [ben])
  const first = await ada.take()
  expect(first.adds).toHaveLength(1)
  const { channelId } = channel
  await ada.call('turn.release', { channelId, turnId: first.turnId!, unusable: [] })
  rested()
  const second = await ada.take()
  expect(second.adds[0]!.keyPackage).toEqual(first.adds[0]!.keyPackage)
  expect(await ben.call('keyPackage.count', {})).toEqual({ available: 0 })
  await ada.call('turn.release', { channelId, turnId: second.turnId!, unusable: [ben.deviceId] })
  rested()
  const third = await ada.take()
  expect(third.adds[0]!.keyPackage).not.toEqual(first.adds[0]!.keyPackage)
  await ada.call('turn.release', { channelId, turnId: third.turnId!, unusable: [ben.deviceId] })
  rested()
  expect((await ada.take()).adds).toEqual([])
})

test('LIM-3: whoever claims too many key packages gets last resorts, and uses nobody up', async () => {
  const small = await startTestServer({ limits: { turnRestMs: 0, keyPackageClaimsPerHour: 1 } })
  const [anna, bert] = (await membersOf(small, 'anna', 'bert')) as [TestMember, TestMember]
  await bert.offer()
  const packages = []
  for (let i = 0; i < 3; i += 1) {
    await anna.create('private', {}, [bert])
    packages.push((await anna.take()).adds[0]!.keyPackage)
  }
  expect(packages[1]).not.toEqual(packages[0])
  expect(packages[2]).toEqual(packages[1])
  await small.stop()
})

async function letWait(channelId: ChannelId, { userId, deviceId }: TestUser, kind: 'add' | 'remove') {
  await server.sql`
    insert into channel_waiting (channel_id, device_id, user_id, kind)
    values (${channelId}, ${deviceId}, ${userId}, ${kind})`
}

async function waitingIn(channelId: ChannelId): Promise<[string, string][]> {
  const rows = await server.sql<{ deviceId: string; kind: string }[]>`
    select device_id as "deviceId", kind from channel_waiting where channel_id = ${channelId}`
  return rows.map(({ deviceId, kind }) => [deviceId, kind])
}

test('TURN-2: who cannot come in any more is forgotten with the next turn, and nobody else', async () => {
  const { sql } = server
  const channelId = await channelOf([ada, ben])
  const [cut, inactive, late, sound, leaving] = [
    await addTestUser(sql),
    await addTestUser(sql),
    await addTestUser(sql),
    await addTestUser(sql),
    await addTestUser(sql),
  ]
  for (const user of [cut, inactive, late, sound]) await letWait(channelId, user, 'add')
  await letWait(channelId, leaving, 'remove')
  await sql`update device set cut_at = 1 where device_id in (${cut.deviceId}, ${leaving.deviceId})`
  await sql`update user_account set active = false where user_id = ${inactive.userId}`
  await sql`update channel_waiting set admission_expires_at = 1 where device_id = ${late.deviceId}`
  rested()
  await ada.take()
  expect(new Set(await waitingIn(channelId))).toEqual(
    new Set([
      [sound.deviceId, 'add'],
      [leaving.deviceId, 'remove'],
    ]),
  )
})

test('TURN-2: a turn is about its channel, and takes out nobody who waits to come in', async () => {
  const { sql } = server
  const elsewhere = await addTestChannel(sql, [ben])
  await letWait(elsewhere, ben, 'remove')
  await letWait(elsewhere, carl, 'add')
  const channelId = await channelOf([ada, ben])
  await letWait(channelId, ben, 'add')
  rested()
  expect(await ada.take()).toMatchObject({ granted: true, adds: [], removes: [] })
})
