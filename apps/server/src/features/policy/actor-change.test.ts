/** SES-6, PERM-3: whoever may be another than a second ago is told of, whatever changed them, and nobody else. */
import { randomBytes } from 'node:crypto'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import { addTestUser, testServices, type TestServices, type TestUser } from '../testing.ts'
import { changedUsers } from './session.ts'

let database: TestDatabase
let sql: Sql
let services: TestServices
let user: TestUser

beforeAll(async () => {
  database = await startTestDatabase()
  sql = database.sql
  services = testServices(sql)
}, 60_000)
afterAll(() => database.stop())

beforeEach(async () => {
  user = await addTestUser(sql)
  await addTestUser(sql)
  await sql`
    insert into session (session_id, user_id, token_hash, device_id, challenge, label, created_at, used_at)
    values (gen_random_uuid(), ${user.userId}, ${randomBytes(32)}, ${user.deviceId}, ${randomBytes(32)}, '', now(), now())`
})

test.each([
  ['a session that is ended', () => sql`delete from session where user_id = ${user.userId}`],
  [
    'a session that was last used long ago',
    () => sql`update session set used_at = '2000-01-01' where user_id = ${user.userId}`,
  ],
  [
    'a session that gets another device',
    () => sql`update session set device_id = null where user_id = ${user.userId}`,
  ],
  [
    'a user who is deactivated',
    () => sql`update user_account set active = false where user_id = ${user.userId}`,
  ],
  ['another role', () => sql`update user_account set role = 'guest' where user_id = ${user.userId}`],
  ['a device that is cut', () => sql`update device set cut_at = 1 where device_id = ${user.deviceId}`],
  ['a device that is deleted', () => sql`delete from device where device_id = ${user.deviceId}`],
  ['a user who is deleted', () => sql`delete from user_account where user_id = ${user.userId}`],
])('%s', async (_, change) => {
  const { next } = await changedUsers(services, undefined)
  expect((await changedUsers(services, next)).userIds).toEqual([])
  await change()
  const seen = await changedUsers(services, next)
  expect(seen.userIds).toEqual([user.userId])
  expect((await changedUsers(services, seen.next)).userIds).toEqual([])
})

test('what changes nothing about a session tells of nobody', async () => {
  const { next } = await changedUsers(services, undefined)
  await sql`update session set used_at = used_at + interval '1 minute', label = 'Laptop' where user_id = ${user.userId}`
  await sql`update user_account set display_name = 'Ada', last_seen_at = now(), role = role where user_id = ${user.userId}`
  await sql`update device set name = 'Phone' where device_id = ${user.deviceId}`
  expect((await changedUsers(services, next)).userIds).toEqual([])
})

test('a change that was under way when somebody looked is told of once it is there, also after later ones', async () => {
  const late = await addTestUser(sql)
  const { next } = await changedUsers(services, undefined)
  let seen: Awaited<ReturnType<typeof changedUsers>> | undefined
  await sql.begin(async (transaction) => {
    await transaction`update user_account set role = 'guest' where user_id = ${user.userId}`
    await sql`update user_account set role = 'guest' where user_id = ${late.userId}`
    seen = await changedUsers(services, next)
    expect(seen.userIds).toEqual([late.userId])
  })
  expect((await changedUsers(services, seen!.next)).userIds).toContain(user.userId)
})
