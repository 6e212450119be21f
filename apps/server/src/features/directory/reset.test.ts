import { limits } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIdentity, newId, startTestServer, type TestServer } from '../../testing.ts'
import { signIn } from '../testing-account.ts'
import { channelOf, membersOf, TestMember } from '../testing-member.ts'

let server: TestServer
let [ada, ben] = [] as unknown as [TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben] = (await membersOf(server, 'ada', 'ben')) as [TestMember, TestMember]
}, 60_000)
afterAll(() => server.stop())

test('DIR-9, ID-7: after a reset there is a new person under the same name: other keys, an empty vault, in no channel', async () => {
  const channelId = await channelOf([ada, ben])
  const participants = [ada, ben].map(({ person }) => person.identity.publicKey)
  const direct = { ...(await ada.founding('direct', { participants })), members: [{ userId: ben.userId }] }
  const { channel: old } = await ada.call('channel.create', direct)
  const record = { id: new Uint8Array(randomBytes(16)), version: 1, payload: new Uint8Array(5) }
  await ben.call('vault.write', { records: [record] })
  const session = await signIn(server, ben.person)
  await server.call('identity.requestReset', {}, session)
  await ada.call('admin.approveReset', { userId: ben.userId })
  server.clock.now += limits.IDENTITY_RESET_NOTICE_MS + 1
  await server.sql`update session set used_at = ${new Date(server.clock.now)}`
  const fresh = await createIdentity(ben.userId, server.clock.now)
  await server.call('identity.reset', fresh.documents, session)
  const reborn = new TestMember(server, { ...fresh, userName: 'ben', token: session.token })
  expect(await ben.codeOf('session.read', {})).toBe('not-signed-in')
  expect((await reborn.call('vault.read', { after: 0, limit: 10 })).records).toEqual([])
  expect(await reborn.codeOf('channel.read', { channelId })).toBe('not-found')
  const { users } = await ada.call('directory.read', { userIds: [ben.userId] })
  expect(users[0]!.identityKey).toEqual(fresh.identity.publicKey)
  const { leaving } = await ada.call('channel.read', { channelId })
  expect(leaving).toEqual([{ userId: ben.userId, deviceId: ben.deviceId }])
  const keys = [ada.person.identity.publicKey, fresh.identity.publicKey]
  const next = {
    ...(await ada.founding('direct', { participants: keys })),
    members: [{ userId: ben.userId }],
  }
  const created = await ada.call('channel.create', { ...next, clientId: newId() })
  expect(created.existing).toBe(false)
  expect(created.channel.channelId).not.toBe(old.channelId)
})
