/** Who is put on the list of those who wait, by its conditions one at a time (SPEC.md, CH-*). */
import type { ChannelId, UserId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import { addTestChannel, addTestDevice, addTestUser, letWaitForRemoval } from '../testing.ts'
import { inTransaction } from '../transaction.ts'
import { waitEverywhere, waitToBeAdded } from './waiting.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await startTestDatabase()
})
afterAll(() => database.stop())

const wait = (channelId: ChannelId, userId: UserId) =>
  inTransaction(database.sql, (transaction) => waitToBeAdded(transaction, channelId, { userId }))

async function waitingIn(channelId: ChannelId): Promise<string[]> {
  const rows = await database.sql<{ deviceId: string }[]>`
    select device_id as "deviceId" from channel_waiting where channel_id = ${channelId} and kind = 'add'`
  return rows.map(({ deviceId }) => deviceId).sort()
}

test('CH-5: the devices of an active user that are listed and not in yet', async () => {
  const { sql } = database
  const [ada, bob] = [await addTestUser(sql), await addTestUser(sql)]
  const channelId = await addTestChannel(sql, [ada])
  await addTestChannel(sql, [bob])
  const cut = await addTestDevice(sql, bob.userId)
  await sql`update device set cut_at = 1 where device_id = ${cut}`
  expect(await wait(channelId, bob.userId)).toBe(1)
  expect(await waitingIn(channelId)).toEqual([bob.deviceId])
  const second = await addTestDevice(sql, ada.userId)
  expect(await wait(channelId, ada.userId)).toBe(1)
  expect(await waitingIn(channelId)).toEqual([bob.deviceId, second].sort())
  const gone = await addTestUser(sql)
  await sql`update user_account set active = false where user_id = ${gone.userId}`
  expect(await wait(channelId, gone.userId)).toBe(0)
})

test('CH-5: a new device waits where its user is in or waits, and nowhere else', async () => {
  const { sql } = database
  const [ada, bob] = [await addTestUser(sql), await addTestUser(sql)]
  const inside = await addTestChannel(sql, [ada, bob])
  const expected = await addTestChannel(sql, [bob])
  await wait(expected, ada.userId)
  const leaving = await addTestChannel(sql, [ada, bob])
  await letWaitForRemoval(sql, leaving, ada)
  await addTestChannel(sql, [bob])
  const fresh = await addTestDevice(sql, ada.userId)
  const found = await inTransaction(sql, (transaction) => waitEverywhere(transaction, ada.userId, [fresh]))
  expect([...found].sort()).toEqual([inside, expected].sort())
  expect(await waitingIn(leaving)).toEqual([])
  expect(await waitingIn(inside)).toEqual([fresh])
})

test('CH-5: a new device waits under the admission of its user in that channel, the one that lasts longest', async () => {
  const { sql } = database
  const [ada, bob] = [await addTestUser(sql), await addTestUser(sql)]
  const [room, other] = [await addTestChannel(sql, [bob]), await addTestChannel(sql, [bob])]
  const carl = await addTestUser(sql)
  const admit = (channelId: ChannelId, userId: UserId, sign: number, admissionExpiresAt: number) =>
    inTransaction(sql, (transaction) =>
      waitToBeAdded(transaction, channelId, {
        userId,
        admission: new Uint8Array([sign]),
        admissionExpiresAt,
      }),
    )
  await admit(room, ada.userId, 1, 1000)
  await admit(room, carl.userId, 2, 9000)
  await admit(other, ada.userId, 3, 8000)
  const [second, fresh] = [await addTestDevice(sql, ada.userId), await addTestDevice(sql, ada.userId)]
  await sql`
    insert into channel_waiting (channel_id, device_id, user_id, kind)
    values (${room}, ${second}, ${ada.userId}, 'add')`
  await inTransaction(sql, (transaction) => waitEverywhere(transaction, ada.userId, [fresh]))
  const [row] = await sql<{ admission: Buffer }[]>`
    select admission from channel_waiting where channel_id = ${room} and device_id = ${fresh}`
  expect([...row!.admission]).toEqual([1])
})
