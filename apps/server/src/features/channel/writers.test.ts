import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing.ts'
import { channelOf, membersOf, type TestMember } from '../testing-member.ts'

let server: TestServer
let [ada, ben, carl] = [] as unknown as [TestMember, TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben, carl] = (await membersOf(server, 'ada', 'ben', 'carl')) as [TestMember, TestMember, TestMember]
  await channelOf([ben, ada, carl], 'public', { moderators: [ben.person.identity.publicKey] })
}, 60_000)
afterAll(() => server.stop())

const decide = (by: TestMember, writers: 'members' | 'moderators') =>
  by.codeOf('channel.update', { channelId: ben.channelId, writers })

test('CH-12, PERM-1: who writes is for whom the policy names, and not for administrators; it is in the audit trail', async () => {
  expect(await decide(carl, 'moderators')).toBe('forbidden')
  expect(await decide(ada, 'moderators')).toBe('forbidden')
  expect(await carl.codeOf('log.append', await carl.message())).toBe('done')
  expect(await decide(ben, 'moderators')).toBe('done')
  const { records } = await ada.call('audit.read', { limit: 50 })
  const record = records.find(({ action }) => action === 'channel.updated')
  expect(record).toMatchObject({ actor: ben.userId, detail: { changes: ['moderators-write'] } })
})

test('CH-12: where only moderators write, others’ entries that relate to none are refused, also beside a moderator’s', async () => {
  const { seq } = await ben.say()
  const requests = [
    await ben.message(),
    await carl.message(),
    await carl.message({ relatesTo: seq }),
  ] as const
  const codes = await Promise.all([
    ben.codeOf('log.append', requests[0]),
    carl.codeOf('log.append', requests[1]),
    carl.codeOf('log.append', requests[2]),
    ada.codeOf('log.append', await ada.message()),
  ])
  expect(codes).toEqual(['done', 'forbidden', 'done', 'forbidden'])
  expect(await decide(ben, 'members')).toBe('done')
  expect(await carl.codeOf('log.append', requests[1])).toBe('done')
})

test('GUEST-1, CH-12: who is a guest writes no announcements, though the policy names them', async () => {
  expect(await decide(ben, 'moderators')).toBe('done')
  const become = (role: 'guest' | 'member') => ada.call('admin.updateUser', { userId: ben.userId, role })
  await become('guest')
  expect(await ben.codeOf('log.append', await ben.message())).toBe('forbidden')
  expect(await ben.codeOf('log.append', await ben.message({ relatesTo: 1 }))).toBe('done')
  await become('member')
  expect(await ben.codeOf('log.append', await ben.message())).toBe('done')
})
