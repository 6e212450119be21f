/** Adding and removing as the log, the list of channels and the audit trail tell of it, what a commit brings with it, and whose a turn is. */
import { decodeCbor, limits, type ChannelId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing.ts'
import { channelOf, membersOf, type TestMember } from '../testing-member.ts'

let server: TestServer
type Four = [TestMember, TestMember, TestMember, TestMember]
let [ada, ben, carl, dora] = [] as unknown as Four

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben, carl, dora] = (await membersOf(server, 'ada', 'ben', 'carl', 'dora')) as Four
}, 60_000)
afterAll(() => server.stop())

/** Whom the log says to be invited. */
async function invitedIn(channelId: ChannelId): Promise<unknown[]> {
  const { entries } = await ada.call('log.read', { channelId, after: 0, limit: 100 })
  return entries.flatMap(({ kind, payload }) => {
    const notice = kind === 'notice' && (decodeCbor(payload!) as { type: string; userId?: unknown })
    return notice && notice.type === 'invited' ? [notice.userId] : []
  })
}

test('EPO-12: under the rule invited the log says once whom it begins for, and they are in from the next epoch on', async () => {
  const channelId = await channelOf([ada, ben], 'private', { history: 'invited', version: 2 })
  await carl.offer()
  for (let times = 0; times < 2; times += 1)
    await ada.call('channel.add', { channelId, members: [await ada.admit(carl)] })
  expect(await invitedIn(channelId)).toEqual([carl.userId])
  const turn = await ben.take()
  const others = await ben.commitOf({ adds: [], removes: [] })
  const { seq } = await ben.call('log.commit', ben.inputOf(others, turn.turnId))
  await ada.follow(others)
  await ada.commitTurn()
  const { channel } = await carl.call('channel.read', { channelId })
  expect(channel).toMatchObject({ place: 'member', joinedSeq: seq })
})

test('EPO-12: under any other rule, and in a public channel, nobody is said to be invited', async () => {
  for (const [kind, policy] of [
    ['private', { history: 'joining' }],
    ['public', { history: 'invited', version: 2 }],
  ] as const) {
    const channelId = await channelOf([ada, ben], kind, policy)
    await ada.call('channel.add', { channelId, members: [await ada.admit(carl)] })
    expect(await invitedIn(channelId)).toEqual([])
    await carl.offer()
    const { seq } = await ada.commitTurn()
    expect((await carl.call('channel.read', { channelId })).channel.joinedSeq).toBe(seq)
  }
})

test('MBX-5, TURN-7: a Welcome is for exactly those whom the commit adds', async () => {
  const channelId = await channelOf([ada, ben])
  await dora.offer()
  await ada.call('channel.add', { channelId, members: [await ada.admit(dora)] })
  const turn = await ada.take()
  const { welcome, ...input } = ada.inputOf(await ada.commitOf(turn), turn.turnId)
  const { payload } = welcome!
  for (const devices of [[], [ben.deviceId], [dora.deviceId, ben.deviceId]])
    expect(await ada.send('log.commit', { ...input, welcome: { payload, devices } })).toMatchObject({
      error: { code: 'commit-refused', detail: { reason: 'bad-welcome' } },
    })
  expect(await ada.codeOf('log.commit', input)).toBe('commit-refused')
  expect(await ada.codeOf('log.commit', { ...input, welcome: welcome! })).toBe('done')
})

test('TURN-9: while somebody waits to be removed, the list of channels says so, of that channel alone', async () => {
  const [left, other] = [await channelOf([ada, ben, carl]), await channelOf([ada, ben])]
  await carl.call('channel.leave', { channelId: left })
  const { channels } = await ada.call('channel.list', {})
  const removing = (channelId: ChannelId) => channels.find((each) => each.channelId === channelId)?.removing
  expect([left, other].map(removing)).toEqual([true, false])
  await dora.offer()
  await ada.call('channel.add', { channelId: other, members: [await ada.admit(dora)] })
  expect((await ada.call('channel.read', { channelId: other })).channel.removing).toBe(false)
})

test('TURN-1: who asks again when their time is over gets another turn, with time of its own', async () => {
  await channelOf([ada, ben])
  const first = await ada.take()
  server.clock.now += limits.TURN_MS + 1
  const second = await ada.take()
  expect(second.granted).toBe(true)
  expect(second.turnId).not.toBe(first.turnId)
  expect(await ben.take()).toMatchObject({ granted: false, retryAfterMs: limits.TURN_MS })
})

test('TURN-1: nobody gives back another’s turn, nor a turn that was', async () => {
  const channelId = await channelOf([ada, ben])
  const past = await ada.take()
  server.clock.now += limits.TURN_MS + 1
  const turn = await ada.take()
  await ben.call('turn.release', { channelId, turnId: turn.turnId!, unusable: [] })
  await ada.call('turn.release', { channelId, turnId: past.turnId!, unusable: [] })
  expect((await ben.take()).granted).toBe(false)
  expect((await ada.take()).turnId).toBe(turn.turnId)
})

test('CH-5: who is in a channel can be removed from it; nobody else, and then nothing is in the audit trail', async () => {
  const channelId = await channelOf([ada, ben], 'private', { moderators: [ada.person.identity.publicKey] })
  const removals = () => server.sql`select from audit_record where action = 'channel.member-removed'`
  const before = (await removals()).length
  expect(await ada.codeOf('channel.remove', { channelId, userId: dora.userId })).toBe('not-found')
  expect(await removals()).toHaveLength(before)
  expect(await ada.codeOf('channel.remove', { channelId, userId: ben.userId })).toBe('done')
  expect(await removals()).toHaveLength(before + 1)
})
