import type { DeviceId, Envelope } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import type { Call } from '../../ports/call.ts'
import type { ServerLimits } from '../../ports/limits.ts'
import {
  addTestChannel,
  addTestDevice,
  addTestUser,
  letWaitForRemoval,
  testCall,
  testServices,
  type TestServices,
  type TestUser,
} from '../testing.ts'
import { inTransaction } from '../transaction.ts'
import { mailboxHandlers } from './index.ts'
import { deliverWelcome, dropMailbox } from './mailbox.ts'

const MIB = 1024 * 1024

let database: TestDatabase
let services: TestServices

beforeAll(async () => {
  database = await startTestDatabase()
  services = testServices(database.sql)
})
afterAll(() => database.stop())

const bytes = (length: number) => new Uint8Array(randomBytes(length))

function callOf(user: TestUser, limits: Partial<ServerLimits> = {}): Call {
  return testCall({ ...services, limits }, user)
}

function send(from: TestUser, to: readonly DeviceId[], limits: Partial<ServerLimits> = {}) {
  const envelopes = to.map((deviceId) => ({ deviceId, payload: bytes(50) }))
  return mailboxHandlers['mailbox.send']({ envelopes }, callOf(from, limits))
}

async function read(of: TestUser, after = 0, limit = 100): Promise<Envelope[]> {
  return (await mailboxHandlers['mailbox.read']({ after, limit }, callOf(of))).envelopes
}

const clear = (of: TestUser, through: number) => mailboxHandlers['mailbox.clear']({ through }, callOf(of))

/** Two people who share a channel. */
async function acquaintances(): Promise<[TestUser, TestUser]> {
  const both: [TestUser, TestUser] = [await addTestUser(database.sql), await addTestUser(database.sql)]
  await addTestChannel(database.sql, both)
  return both
}

async function welcome(users: readonly TestUser[], payload = bytes(1000)) {
  const channelId = await addTestChannel(database.sql, users)
  const deviceIds = users.map(({ deviceId }) => deviceId)
  const delivery = { channelId, seq: 7, from: users[0]!.deviceId, at: 1000, deviceIds, payload }
  const delivered = await inTransaction(database.sql, (transaction) => deliverWelcome(transaction, delivery))
  return { ...delivery, delivered }
}

async function countWelcomes(): Promise<number> {
  const [row] = await database.sql<{ count: number }[]>`select count(*)::int as count from welcome`
  return row!.count
}

test('MBX-3: envelopes are read in order, again until they are cleared', async () => {
  const [ada, bob] = await acquaintances()
  for (let i = 0; i < 3; i += 1) expect(await send(ada, [bob.deviceId])).toEqual({ delivered: 1 })
  expect((await read(bob)).map(({ id, kind, from }) => [id, kind, from])).toEqual([
    [1, 'sealed', ada.deviceId],
    [2, 'sealed', ada.deviceId],
    [3, 'sealed', ada.deviceId],
  ])
  expect(Object.keys((await read(bob))[0]!).sort()).toEqual(['at', 'from', 'id', 'kind', 'payload'])
  expect((await read(bob, 2)).map(({ id }) => id)).toEqual([3])
  const page = await mailboxHandlers['mailbox.read']({ after: 0, limit: 2 }, callOf(bob))
  expect([page.envelopes.length, page.more]).toEqual([2, true])
  await clear(bob, 2)
  expect((await read(bob)).map(({ id }) => id)).toEqual([3])
  await clear(bob, 3)
  await send(ada, [bob.deviceId])
  expect((await read(bob)).map(({ id }) => id)).toEqual([4])
  const events = services.sent.filter(({ to }) => to === bob.deviceId)
  expect(events.map(({ event }) => event)).toEqual([1, 2, 3, 4].map((id) => ({ type: 'mailbox', id })))
})

test('MBX-4: strangers, cut devices and those who wait to be removed are passed over without a word', async () => {
  const [ada, bob] = await acquaintances()
  const stranger = await addTestUser(database.sql)
  await addTestChannel(database.sql, [stranger, await addTestUser(database.sql)])
  const [second, cut] = [
    await addTestDevice(database.sql, ada.userId),
    await addTestDevice(database.sql, bob.userId),
  ]
  await database.sql`update device set cut_at = 1 where device_id = ${cut}`
  const all = [bob.deviceId, stranger.deviceId, second, cut, crypto.randomUUID() as DeviceId]
  expect(await send(ada, all)).toEqual({ delivered: 2 })
  expect([(await read(bob)).length, (await read(stranger)).length]).toEqual([1, 0])
  const removing = await addTestUser(database.sql)
  const channelId = await addTestChannel(database.sql, [bob, removing])
  await letWaitForRemoval(database.sql, channelId, removing)
  expect(await send(removing, [bob.deviceId])).toEqual({ delivered: 0 })
  expect(await send(bob, [removing.deviceId])).toEqual({ delivered: 0 })
})

test('MBX-5: a Welcome is stored once, delivered to each device, and gone with its last envelope', async () => {
  const [ada, bob] = await acquaintances()
  const before = await countWelcomes()
  const { channelId, payload, delivered } = await welcome([ada, bob])
  expect(delivered.map(({ deviceId }) => deviceId).sort()).toEqual([ada.deviceId, bob.deviceId].sort())
  expect(await countWelcomes()).toBe(before + 1)
  const expected = { id: 1, kind: 'welcome', channelId, seq: 7, from: ada.deviceId, at: 1000, payload }
  expect([await read(ada), await read(bob)]).toEqual([[expected], [expected]])
  await clear(ada, 1)
  expect(await read(bob)).toEqual([expected])
  await inTransaction(database.sql, (transaction) => dropMailbox(transaction, bob.deviceId))
  expect(await countWelcomes()).toBe(before)
})

test('MBX-3: an envelope says nothing of a sender whose device is gone', async () => {
  const [ada, bob] = await acquaintances()
  await send(ada, [bob.deviceId])
  await database.sql`update envelope set from_device = null where device_id = ${bob.deviceId}`
  expect(Object.keys((await read(bob))[0]!).sort()).toEqual(['at', 'id', 'kind', 'payload'])
})

test('MBX-5: a Welcome that everybody clears at once is gone, too', async () => {
  const users = await Promise.all(Array.from({ length: 8 }, () => addTestUser(database.sql)))
  const before = await countWelcomes()
  await welcome(users)
  await Promise.all(users.map((user) => clear(user, 1)))
  expect(await countWelcomes()).toBe(before)
})

test('MBX-5: commits that bring in the same devices at once number their envelopes without a gap', async () => {
  const users = await Promise.all(Array.from({ length: 5 }, () => addTestUser(database.sql)))
  await Promise.all(Array.from({ length: 8 }, (_, i) => welcome(i % 2 ? users : users.toReversed())))
  for (const user of users) expect((await read(user)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  const nobody = { userId: users[0]!.userId, deviceId: crypto.randomUUID() as DeviceId }
  expect((await welcome([nobody])).delivered).toEqual([])
})

test('large Welcomes are read over several answers', async () => {
  const ada = await addTestUser(database.sql)
  for (let i = 0; i < 4; i += 1) await welcome([ada], bytes(3 * MIB))
  const page = await mailboxHandlers['mailbox.read']({ after: 0, limit: 100 }, callOf(ada))
  expect([page.envelopes.length, page.more]).toEqual([2, true])
  expect((await read(ada, 2)).map(({ id }) => id)).toEqual([3, 4])
})

test('MBX-6: a mailbox, and what one device leaves in others’, is bounded', async () => {
  const [ada, bob] = await acquaintances()
  await send(ada, [bob.deviceId, bob.deviceId])
  await expect(send(ada, [bob.deviceId], { envelopesPerDevice: 2 })).rejects.toMatchObject({
    code: 'too-many',
  })
  await expect(send(ada, [bob.deviceId], { envelopesFromUser: 2 })).rejects.toMatchObject({
    code: 'too-many',
  })
  expect(await read(bob)).toHaveLength(2)
  const second = await addTestDevice(database.sql, ada.userId)
  expect(await send(ada, [bob.deviceId, second], { envelopesPerDevice: 2 })).toEqual({ delivered: 1 })
  await clear(bob, 2)
  expect(await send(ada, [bob.deviceId], { envelopesFromUser: 2 })).toEqual({ delivered: 1 })
})

test('MBX-6: Welcomes take nobody’s room for envelopes', async () => {
  const [ada, bob] = await acquaintances()
  await welcome([ada, bob])
  const one = { envelopesPerDevice: 1, envelopesFromUser: 1, envelopesBetweenUsers: 1 }
  expect(await send(ada, [bob.deviceId], one)).toEqual({ delivered: 1 })
})
