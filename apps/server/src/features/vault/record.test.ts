import type { Output, ServerEvent, UserId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../adapters/database/testing.ts'
import { addTestUser, testCall, testServices, type TestServices } from '../testing.ts'
import { vaultHandlers } from './index.ts'

const read = vaultHandlers['vault.read']
const write = vaultHandlers['vault.write']

let database: TestDatabase
let services: TestServices

beforeAll(async () => {
  database = await startTestDatabase()
  services = testServices(database.sql)
})
afterAll(() => database.stop())

const bytes = (length: number) => new Uint8Array(randomBytes(length))
const record = (version: number, id = bytes(16), length = 100) => ({ id, version, payload: bytes(length) })

async function newVault(limits = {}) {
  const user = await addTestUser(database.sql)
  return { ...user, call: testCall({ ...services, limits }, user) }
}

function eventsFor(userId: UserId): ServerEvent[] {
  return services.sent.filter((sent) => sent.to === userId).map(({ event }) => event)
}

async function readAll(
  call: Parameters<typeof read>[1],
  limit: number,
): Promise<Output<'vault.read'>['records']> {
  const all = []
  for (let after = 0, more = true; more; after = all.at(-1)?.cursor ?? after) {
    const page = await read({ after, limit }, call)
    all.push(...page.records)
    more = page.more
  }
  return all
}

test('VLT-2: a record is written with the version that follows the stored one; any other is a conflict', async () => {
  const { call, userId } = await newVault()
  const first = record(1)
  expect(await write({ records: [first] }, call)).toEqual({ cursor: 1, conflicts: [] })
  const stored = { ...first, cursor: 1 }
  for (const version of [1, 3]) {
    const refused = await write({ records: [record(version, first.id)] }, call)
    expect(refused).toEqual({ cursor: 1, conflicts: [stored] })
  }
  const [second, other] = [record(2, first.id), record(1)]
  expect(await write({ records: [second, record(1, first.id), other] }, call)).toEqual({
    cursor: 3,
    conflicts: [{ ...second, cursor: 2 }],
  })
  expect(await readAll(call, 10)).toEqual([
    { ...second, cursor: 2 },
    { ...other, cursor: 3 },
  ])
  expect(eventsFor(userId)).toEqual([
    { type: 'vault', cursor: 1 },
    { type: 'vault', cursor: 3 },
  ])
})

test('a record that the server lost comes back under the version that the devices know', async () => {
  const { call } = await newVault()
  const known = record(7)
  expect((await write({ records: [known] }, call)).conflicts).toEqual([])
  expect((await write({ records: [record(8, known.id)] }, call)).conflicts).toEqual([])
})

test('a record that is named twice in one request is written twice, in order', async () => {
  const { call } = await newVault()
  const [first, second] = [record(1), record(2)]
  await write({ records: [first, { ...second, id: first.id }] }, call)
  expect(await readAll(call, 10)).toEqual([{ ...second, id: first.id, cursor: 2 }])
})

test('VLT-5: pages give every record once, the oldest change first, and fit an answer', async () => {
  const { call } = await newVault()
  const ids = Array.from({ length: 100 }, () => bytes(16))
  const large = ids.map((id) => record(1, id, 64 * 1024))
  await write({ records: large }, call)
  await write({ records: [record(2, ids[0])] }, call)
  const page = await read({ after: 0, limit: 1000 }, call)
  expect(page.more).toBe(true)
  expect(page.records.length).toBeGreaterThan(90)
  const all = await readAll(call, 7)
  expect(all.map(({ id }) => id)).toEqual([...ids.slice(1), ids[0]])
  expect(await read({ after: 101, limit: 10 }, call)).toEqual({ records: [], more: false })
})

test('VLT-5: whoever reads while others write misses nothing', async () => {
  const { call } = await newVault()
  const writers = Promise.all(
    Array.from({ length: 40 }, () => write({ records: [record(1), record(1)] }, call)),
  )
  const seen = new Set<number>()
  let writing = true
  void writers.finally(() => (writing = false))
  for (let after = 0, ended = false; !ended;) {
    const last = !writing
    const { records } = await read({ after, limit: 3 }, call)
    for (const { cursor } of records) seen.add(cursor)
    after = Math.max(after, ...records.map(({ cursor }) => cursor))
    ended = last && records.length === 0
  }
  await writers
  expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1))
})

test('VLT-6: a vault is its user’s alone', async () => {
  const [mine, theirs] = [await newVault(), await newVault()]
  const shared = record(1)
  await write({ records: [shared] }, mine.call)
  expect(await readAll(theirs.call, 10)).toEqual([])
  expect(await write({ records: [shared] }, theirs.call)).toEqual({ cursor: 1, conflicts: [] })
})

test('two devices that write the same version at once: one of them has a conflict', async () => {
  const { call } = await newVault()
  const id = bytes(16)
  const answers = await Promise.all([1, 2, 3, 4].map(() => write({ records: [record(1, id)] }, call)))
  expect(answers.flatMap(({ conflicts }) => conflicts)).toHaveLength(3)
  const [stored] = await readAll(call, 10)
  for (const { conflicts } of answers) expect([[], [stored]]).toContainEqual(conflicts)
})

test('a full vault takes no more, but what is smaller than before', async () => {
  const { call } = await newVault({ vaultRecords: 2, vaultBytes: 300 })
  const first = record(1, bytes(16), 200)
  await write({ records: [first] }, call)
  await expect(write({ records: [record(1, bytes(16), 101)] }, call)).rejects.toMatchObject({
    code: 'too-many',
  })
  await write({ records: [record(2, first.id, 150), record(1, bytes(16), 150)] }, call)
  await expect(write({ records: [record(1, bytes(16), 1)] }, call)).rejects.toMatchObject({
    code: 'too-many',
  })
  const [vault] = await database.sql`select records, bytes::int as bytes from vault where user_id = ${
    call.actor!.userId
  }`
  expect(vault).toEqual({ records: 2, bytes: 300 })
  expect((await write({ records: [record(3, first.id, 150)] }, call)).conflicts).toEqual([])
})
