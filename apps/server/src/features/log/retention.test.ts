import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing.ts'
import { channelOf, membersOf, type TestMember } from '../testing-member.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let server: TestServer
let [ada, ben] = [] as unknown as [TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben] = (await membersOf(server, 'ada', 'ben')) as [TestMember, TestMember]
}, 60_000)
afterAll(() => server.stop())

const payloads = async () => {
  const { entries } = await ada.call('log.read', { channelId: ada.channelId, after: 0, limit: 500 })
  return entries.flatMap(({ kind, payload }) => (kind === 'message' ? [payload !== undefined] : []))
}

test('LOG-9, LOG-19, POL-10: what is older than the policy keeps it is erased, and only that; the change is in the audit trail', async () => {
  const moderators = [ada.person.identity.publicKey]
  await channelOf([ada, ben], 'private', { moderators })
  await ada.say()
  server.clock.now += 2 * DAY_MS
  await ada.say()
  await server.app.tidy()
  expect(await payloads()).toEqual([true, true])

  const turn = await ada.take()
  const made = await ada.commitOf(turn, ada.policy('private', { moderators, retentionDays: 1 }))
  await ada.call('log.commit', ada.inputOf(made, turn.turnId))
  await server.app.tidy()
  expect(await payloads()).toEqual([false, true])
  server.clock.now += 2 * DAY_MS
  await server.app.tidy()
  expect(await payloads()).toEqual([false, false])
  const { entries } = await ada.call('log.read', { channelId: ada.channelId, after: 0, limit: 500 })
  expect(entries.filter(({ kind }) => kind === 'commit').every(({ payload }) => payload)).toBe(true)
  const { records } = await ada.call('audit.read', { limit: 50 })
  const record = records.find(({ action }) => action === 'channel.policy-changed')
  expect(record).toMatchObject({ actor: ada.userId, subject: ada.channelId, detail: { retentionDays: 1 } })
})
