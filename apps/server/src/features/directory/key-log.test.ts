import {
  decodeKeyLogEntry,
  hashDocument,
  MerkleAccumulator,
  verifyAccountStatement,
  verifyRoot,
} from '@reforms/crypto/public'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestPerson, type TestServer } from '../../testing.ts'
import { addDevice, TestAccount } from '../testing-account.ts'

const HOUR_MS = 3_600_000
let server: TestServer
let [ada, ben] = [] as unknown as [TestPerson, TestPerson]

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator('ada')
  ben = await server.member(ada, 'ben')
}, 60_000)
afterAll(() => server.stop())

test('KL-1, KL-2, KL-3: every change is an entry, and whoever reads them all computes the root', async () => {
  const account = await new TestAccount(ben).begin(server)
  await addDevice(server, account)
  const { size, root, entries } = await server.call('keyLog.read', { from: 0 }, ada)
  expect(size).toBe(3)
  const tree = new MerkleAccumulator()
  for (const entry of entries) tree.append(entry)
  verifyRoot(tree, { size, root })
  expect(
    entries.map(decodeKeyLogEntry).map(({ userId, deviceListNumber }) => [userId, deviceListNumber]),
  ).toEqual([
    [ada.userId, 1],
    [ben.userId, 1],
    [ben.userId, 2],
  ])
  const { devices } = await server.call('account.read', {}, ben)
  expect(decodeKeyLogEntry(entries[2]!).deviceListHash).toEqual(hashDocument(devices))
})

test('KL-3: entries come in pages; there is nothing behind the end', async () => {
  const page = await server.call('keyLog.read', { from: 1, limit: 1 }, ada)
  expect(page.entries.map((entry) => decodeKeyLogEntry(entry).userId)).toEqual([ben.userId])
  expect((await server.call('keyLog.read', { from: 3 }, ada)).entries).toEqual([])
})

test('KL-6: the documents that entries name stay readable, those of a device that is gone as well', async () => {
  const { entries } = await server.call('keyLog.read', { from: 0 }, ada)
  const { documents } = await server.call('keyLog.documents', { numbers: [3, 2, 99] }, ada)
  expect(documents.map(({ number }) => number)).toEqual([2, 3])
  for (const { number, account, devices } of documents) {
    const named = decodeKeyLogEntry(entries[number - 1]!)
    expect(hashDocument(devices)).toEqual(named.deviceListHash)
    expect((await verifyAccountStatement(account)).accountKey).toEqual(named.accountKey)
  }
  await expect(server.sql`delete from key_log_document`).rejects.toThrow(/never changed/)
})

test('KL-2: an entry cannot be changed or removed', async () => {
  await expect(server.sql`delete from key_log_entry`).rejects.toThrow(/never changed/)
  await expect(server.sql`update key_log_entry set entry = ''`).rejects.toThrow(/never changed/)
})

test('KL-1: changes at the same time have places of their own', async () => {
  const people = await Promise.all(['carl', 'dora', 'eve'].map((name) => server.member(ada, name)))
  const accounts = await Promise.all(people.map((person) => new TestAccount(person).begin(server)))
  const { size: before } = await server.call('keyLog.read', { from: 0 }, ada)
  await Promise.all(accounts.map((account) => addDevice(server, account)))
  const { size, root, entries } = await server.call('keyLog.read', { from: 0 }, ada)
  expect(size).toBe(before + 3)
  const tree = new MerkleAccumulator()
  for (const entry of entries) tree.append(entry)
  verifyRoot(tree, { size, root })
})

test('DIR-1: the directory gives names and signed documents, found by name, a page at a time', async () => {
  const first = await server.call('directory.list', { limit: 2 }, ben)
  expect(first.users.map(({ userName }) => userName)).toEqual(['ada', 'ben'])
  expect(first.more).toBe(true)
  const rest = await server.call('directory.list', { after: first.users[1]!.userId }, ben)
  expect(rest.users.map(({ userName }) => userName)).toEqual(['carl', 'dora', 'eve'])
  expect((await server.call('directory.list', { search: 'DOR' }, ben)).users).toHaveLength(1)
  expect((await server.call('directory.list', { search: '_' }, ben)).users).toEqual([])
  const { users, documents } = await server.call('directory.read', { userIds: [ada.userId] }, ben)
  expect(users[0]!.identityKey).toEqual(ada.identity.publicKey)
  expect(documents).toEqual([
    { userId: ada.userId, account: ada.documents.account, devices: ada.documents.devices },
  ])
  await server.call('profile.update', { displayName: 'Benjamin' }, ben)
  expect((await server.call('directory.list', { search: 'benjamin' }, ada)).users).toHaveLength(1)
})

test('LIM-5: who changes their name again and again is stopped for a while, and others are not', async () => {
  const limited = await startTestServer({ limits: { nameChangesPerHour: 2 } })
  const ana = await limited.administrator()
  const bea = await limited.member(ana, 'bea')
  const rename = (displayName: string, person: TestPerson) =>
    limited.codeOf('profile.update', { displayName }, person)
  for (const name of ['First', 'Second']) expect(await rename(name, ana)).toBe('done')
  expect(await rename('Third', ana)).toBe('rate-limited')
  expect(await rename('Bea', bea)).toBe('done')
  limited.clock.now += HOUR_MS / 2
  expect(await rename('Third', ana)).toBe('done')
  await limited.stop()
})
