/** Adding and removing as the log and the list of channels tell of it, and what a commit must bring with it. */
import { decodeCbor, type ChannelId } from '@reforms/protocol'
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
