/** Who is taken out, and of what, by the conditions one at a time (SPEC.md, CH-*): other people and other channels stay as they are. */
import type { ChannelId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import { addTestChannel, addTestUser, type TestUser } from '../testing.ts'
import { inTransaction } from '../transaction.ts'
import { cutDevice, endDirectChannels, removeUser } from './removal.ts'
import { waitToBeAdded } from './waiting.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase()
})
afterAll(() => database.stop())

const people = (count: number) =>
  Promise.all(Array.from({ length: count }, () => addTestUser(database.sql))) as Promise<
    [TestUser, TestUser, TestUser, TestUser]
  >

const letWait = (channelId: ChannelId, { userId }: TestUser) =>
  inTransaction(database.sql, (transaction) => waitToBeAdded(transaction, channelId, { userId }))

const remove = (channelId: ChannelId, { userId }: TestUser) =>
  inTransaction(database.sql, (transaction) => removeUser(transaction, channelId, userId))

async function waitingIn(channelId: ChannelId, kind: 'add' | 'remove'): Promise<string[]> {
  const rows = await database.sql<{ userId: string }[]>`
    select user_id as "userId" from channel_waiting where channel_id = ${channelId} and kind = ${kind}`
  return rows.map(({ userId }) => userId).sort()
}

const idsOf = (...users: TestUser[]) => users.map(({ userId }) => userId as string).sort()

test('CH-9: who leaves a channel stays in the others, and the others stay in it', async () => {
  const [ada, bob] = await people(2)
  const [room, other] = [
    await addTestChannel(database.sql, [ada, bob]),
    await addTestChannel(database.sql, [bob]),
  ]
  expect(await remove(room, bob)).toBe(true)
  expect(await waitingIn(room, 'remove')).toEqual(idsOf(bob))
  expect(await waitingIn(other, 'remove')).toEqual([])
})

test('CH-5: who is taken off the list of those to be added waits on elsewhere, and the others wait on', async () => {
  const [ada, bob, carl, dora] = await people(4)
  const [room, other] = [
    await addTestChannel(database.sql, [ada, bob]),
    await addTestChannel(database.sql, [ada]),
  ]
  for (const user of [carl, dora]) await letWait(room, user)
  await letWait(other, carl)
  expect(await remove(room, bob)).toBe(true)
  expect(await waitingIn(room, 'add')).toEqual(idsOf(carl, dora))
  expect(await remove(room, carl)).toBe(true)
  expect(await waitingIn(room, 'add')).toEqual(idsOf(dora))
  expect(await waitingIn(other, 'add')).toEqual(idsOf(carl))
})

test('CH-5: who is in other channels, or waits for them, is not there to be removed from this one', async () => {
  const [ada, bob, carl] = await people(3)
  const room = await addTestChannel(database.sql, [ada])
  await letWait(await addTestChannel(database.sql, [ada, bob]), carl)
  expect([await remove(room, bob), await remove(room, carl)]).toEqual([false, false])
})

test('CH-10: a device that is cut waits to be removed, and no other', async () => {
  const [ada, bob] = await people(2)
  const room = await addTestChannel(database.sql, [ada, bob])
  await addTestChannel(database.sql, [ada])
  await inTransaction(database.sql, (transaction) => cutDevice(transaction, bob.deviceId))
  expect(await waitingIn(room, 'remove')).toEqual(idsOf(bob))
})

async function addDirect(both: readonly TestUser[]): Promise<ChannelId> {
  const channelId = await addTestChannel(database.sql, both)
  const participants = idsOf(...both)
  await database.sql`
    update channel set kind = 'direct', direct_key = ${participants.join()}, participants = ${participants}::uuid[]
    where channel_id = ${channelId}`
  return channelId
}

async function isOver(channelId: ChannelId): Promise<boolean> {
  const [row] = await database.sql<{ over: boolean }[]>`
    select direct_key is null as over from channel where channel_id = ${channelId}`
  return row!.over
}

test('CH-3: the end of a direct channel is not that of others', async () => {
  const [ada, bob, carl] = await people(3)
  const [one, two, three] = [
    await addDirect([ada, bob]),
    await addDirect([ada, carl]),
    await addDirect([bob, carl]),
  ]
  await remove(one, bob)
  expect([await isOver(one), await isOver(two), await isOver(three)]).toEqual([true, false, false])
  await inTransaction(database.sql, (transaction) => endDirectChannels(transaction, ada.userId))
  expect([await isOver(two), await isOver(three)]).toEqual([true, false])
})

async function addPublic(members: readonly TestUser[]): Promise<ChannelId> {
  const channelId = await addTestChannel(database.sql, members)
  await database.sql`update channel set kind = 'public', name = ${channelId} where channel_id = ${channelId}`
  return channelId
}

async function isArchived(channelId: ChannelId): Promise<boolean> {
  const [row] = await database.sql<{ archived: boolean }[]>`
    select archived from channel where channel_id = ${channelId}`
  return row!.archived
}

test('CH-9: the last to leave archives a public channel that nobody is about to enter, and no other', async () => {
  const [ada, bob] = await people(2)
  const [left, awaited, empty] = [await addPublic([ada]), await addPublic([ada]), await addPublic([])]
  const secret = await addTestChannel(database.sql, [ada])
  await letWait(awaited, bob)
  for (const channelId of [left, awaited, secret]) expect(await remove(channelId, ada)).toBe(true)
  expect([
    await isArchived(left),
    await isArchived(awaited),
    await isArchived(empty),
    await isArchived(secret),
  ]).toEqual([true, false, false, false])
})
