/** What a commit changes in the roster, by the conditions one at a time (SPEC.md, CH-5, GEN-4): what it does not name stays. */
import type { Leaf } from '@reforms/crypto/public'
import type { ChannelId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import { addTestChannel, addTestUser, letWaitForRemoval, type TestUser } from '../testing.ts'
import { inTransaction } from '../transaction.ts'
import { changeRoster, demandListed, replaceRoster, type RosterChange } from './roster.ts'
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

const leafOf = (user: TestUser): Leaf => ({
  ...user,
  leafIndex: 7,
  identityKey: new Uint8Array(randomBytes(32)),
  signatureKey: new Uint8Array(randomBytes(32)),
})

const change = (channelId: ChannelId, changes: Partial<RosterChange>) =>
  inTransaction(database.sql, (transaction) =>
    changeRoster(transaction, channelId, { added: [], removed: [], seq: 9, ...changes }),
  )

const letWait = (channelId: ChannelId, { userId }: TestUser) =>
  inTransaction(database.sql, (transaction) => waitToBeAdded(transaction, channelId, { userId }))

/** Who has a leaf, who waits to come in and who waits to go. */
async function stateOf(channelId: ChannelId) {
  const { sql } = database
  const leaves = await sql<TestUser[]>`
    select user_id as "userId" from channel_leaf where channel_id = ${channelId}`
  const waiting = await sql<(TestUser & { kind: string })[]>`
    select user_id as "userId", kind from channel_waiting where channel_id = ${channelId}`
  const idsWith = (wanted: string) =>
    waiting.filter(({ kind }) => kind === wanted).map(({ userId }) => userId)
  return {
    in: leaves.map(({ userId }) => userId).sort(),
    joining: idsWith('add').sort(),
    leaving: idsWith('remove').sort(),
  }
}

const idsOf = (...users: TestUser[]) => users.map(({ userId }) => userId).sort()

test('CH-5: who is taken out of a channel is in the others still, and waits there as before', async () => {
  const [ada, bob] = await people(2)
  const [room, other] = [
    await addTestChannel(database.sql, [ada, bob]),
    await addTestChannel(database.sql, [ada, bob]),
  ]
  for (const channelId of [room, other]) await letWaitForRemoval(database.sql, channelId, bob)
  await change(room, { removed: [leafOf(bob)] })
  expect(await stateOf(room)).toEqual({ in: idsOf(ada), joining: [], leaving: [] })
  expect(await stateOf(other)).toEqual({ in: idsOf(ada, bob), joining: [], leaving: idsOf(bob) })
})

test('CH-5: who comes in waits no longer here; all others wait on, and those who wait to go', async () => {
  const [ada, bob, carl, dora] = await people(4)
  const [room, other] = [
    await addTestChannel(database.sql, [ada, bob]),
    await addTestChannel(database.sql, [ada]),
  ]
  await letWaitForRemoval(database.sql, room, bob)
  for (const user of [carl, dora]) await letWait(room, user)
  await letWait(other, carl)
  await change(room, { added: [leafOf(carl)] })
  expect(await stateOf(room)).toEqual({
    in: idsOf(ada, bob, carl),
    joining: idsOf(dora),
    leaving: idsOf(bob),
  })
  expect(await stateOf(other)).toEqual({ in: idsOf(ada), joining: idsOf(carl), leaving: [] })
})

test('LOG-15: a device that comes in again was in all the while, and any other from this commit on', async () => {
  const [ada, bob, carl] = await people(3)
  const room = await addTestChannel(database.sql, [ada, bob])
  await letWait(room, carl)
  await change(room, { removed: [leafOf(bob)], added: [leafOf(bob), leafOf(carl)], seq: 9 })
  const leaves = await database.sql<{ userId: string; since: number }[]>`
    select user_id as "userId", since_seq::float8 as since from channel_leaf where channel_id = ${room}`
  const since = new Map(leaves.map((leaf) => [leaf.userId, leaf.since]))
  expect([ada, bob, carl].map(({ userId }) => since.get(userId))).toEqual([1, 1, 9])
})

test('GEN-4: a next generation has its founder alone; nobody waits to go, and whoever waited to come in still does', async () => {
  const [ada, bob, carl, dora] = await people(4)
  const [room, other] = [
    await addTestChannel(database.sql, [ada, bob, dora]),
    await addTestChannel(database.sql, [bob]),
  ]
  for (const channelId of [room, other]) await letWaitForRemoval(database.sql, channelId, bob)
  await letWait(room, carl)
  await letWait(other, ada)
  const before = await inTransaction(database.sql, (transaction) =>
    replaceRoster(transaction, room, leafOf(ada), 9),
  )
  expect(before.sort()).toEqual(idsOf(ada, dora))
  expect(await stateOf(room)).toEqual({ in: idsOf(ada), joining: idsOf(carl), leaving: [] })
  expect(await stateOf(other)).toEqual({ in: idsOf(bob), joining: idsOf(ada), leaving: idsOf(bob) })
})

async function listedLeafOf(user: TestUser): Promise<Leaf> {
  const [row] = await database.sql<{ identityKey: Buffer; signatureKey: Buffer }[]>`
    select identity_key as "identityKey", signature_key as "signatureKey"
    from device join user_account using (user_id) where device_id = ${user.deviceId}`
  return { ...leafOf(user), ...row! }
}

const codeOf = (leaf: Leaf) =>
  inTransaction(database.sql, (transaction) => demandListed(transaction, [leaf])).then(
    () => 'done',
    ({ code, detail }: { code: string; detail: unknown }) => [code, detail],
  )

test('CH-5: a leaf stands for a listed device with its keys, not cut, of an active user', async () => {
  const [ada, bob, carl] = await people(3)
  const refused = ['commit-refused', { reason: 'unlisted-device' }]
  const listed = await listedLeafOf(ada)
  expect(await codeOf(listed)).toBe('done')
  const { identityKey, signatureKey } = leafOf(ada)
  for (const changes of [{ identityKey }, { signatureKey }, { userId: bob.userId }])
    expect(await codeOf({ ...listed, ...changes })).toEqual(refused)
  await database.sql`update device set cut_at = 1 where device_id = ${bob.deviceId}`
  await database.sql`update user_account set active = false where user_id = ${carl.userId}`
  for (const user of [bob, carl]) expect(await codeOf(await listedLeafOf(user))).toEqual(refused)
})
