import type { TeamId, UserId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startTestServer, type TestPerson, type TestServer } from '../../testing.ts'
import { addTestChannel } from '../testing.ts'

let server: TestServer
let [ada, ben, cid, gia] = [] as unknown as [TestPerson, TestPerson, TestPerson, TestPerson]

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
  ben = await server.member(ada, 'ben')
  cid = await server.member(ada, 'cid')
  gia = await server.member(ada, 'gia', 'guest')
})
afterAll(() => server.stop())

const listed = async (person: TestPerson) =>
  (await server.call('directory.list', {}, person)).users.map(({ userName }) => userName)
const read = async (userIds: UserId[]) => server.call('directory.read', { userIds }, gia)

test('GUEST-2: a guest is shown who is or was in a channel of theirs, and nobody else', async () => {
  expect(await listed(gia)).toEqual(['gia'])
  expect(await listed(ben)).toEqual(['ada', 'ben', 'cid', 'gia'])
  expect(await read([ada.userId, ben.userId])).toEqual({ users: [], documents: [] })
  const channelId = await addTestChannel(server.sql, [ben.device, gia.device])
  await addTestChannel(server.sql, [ben.device, cid.device])
  expect(await listed(gia)).toEqual(['ben', 'gia'])
  const { users, documents } = await read([ben.userId, cid.userId])
  expect([users, documents].map((all) => all.map(({ userId }) => userId))).toEqual([
    [ben.userId],
    [ben.userId],
  ])
  await server.sql`delete from channel_leaf where channel_id = ${channelId} and user_id = ${ben.userId}`
  expect(await listed(gia)).toEqual(['ben', 'gia'])
  await server.sql`delete from channel_leaf where channel_id = ${channelId}`
  expect(await listed(gia)).toEqual(['gia'])
  await server.sql`
    insert into channel_waiting (channel_id, device_id, user_id, kind)
    values (${channelId}, ${gia.device.deviceId}, ${gia.userId}, 'add')`
  expect(await listed(gia)).toEqual(['ben', 'gia'])
})

test('GUEST-2: whom a guest is not shown is no place to go on from in the list', async () => {
  const after = async (userId: UserId, person: TestPerson) =>
    (await server.call('directory.list', { after: userId }, person)).users.map(({ userName }) => userName)
  expect(await after(ben.userId, gia)).toEqual(['gia'])
  expect(await after(ada.userId, gia)).toEqual([])
  expect(await after(newId<UserId>(), gia)).toEqual([])
  expect(await after(ada.userId, ben)).toEqual(['ben', 'cid', 'gia'])
})

test('GUEST-2: of the key log a guest reads all entries, and the documents of whom they are shown', async () => {
  expect((await server.call('keyLog.read', { from: 0 }, gia)).entries).toHaveLength(4)
  const numbers = [1, 2, 3, 4]
  const shown = await server.call('keyLog.documents', { numbers }, gia)
  expect(shown.documents.map(({ number }) => number)).toEqual([2, 4])
  expect((await server.call('keyLog.documents', { numbers }, ben)).documents).toHaveLength(4)
})

test('GUEST-2: of teams a guest is shown whom they meet', async () => {
  const make = (handle: string, ...members: TestPerson[]) =>
    server.call(
      'team.create',
      { teamId: newId<TeamId>(), handle, name: handle, members: members.map(({ userId }) => userId) },
      ada,
    )
  await make('nurses', ben, cid)
  await make('doctors', cid)
  const { teams } = await server.call('team.list', {}, gia)
  expect(teams).toMatchObject([{ handle: 'nurses', members: [ben.userId] }])
  expect(teams[0]).not.toHaveProperty('createdBy')
})

test('GUEST-3, PERM-3: whoever is made a guest, or is one no longer, is so at the next call', async () => {
  const browse = (person: TestPerson) => server.codeOf('channel.browse', {}, person)
  expect(await browse(gia)).toBe('forbidden')
  const become = (person: TestPerson, role: 'guest' | 'member') =>
    server.call('admin.updateUser', { userId: person.userId, role }, ada)
  await become(cid, 'guest')
  expect(await browse(cid)).toBe('forbidden')
  expect(await listed(cid)).toEqual(['ben', 'cid'])
  await become(cid, 'member')
  expect(await browse(cid)).toBe('done')
})
