import { limits, type ClientId, type Input } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startTestServer, type TestServer } from '../../testing.ts'
import { channelOf, membersOf, type TestMember } from '../testing-member.ts'

let server: TestServer
let [ada, ben, carl] = [] as unknown as [TestMember, TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben, carl] = (await membersOf(server, 'ada', 'ben', 'carl')) as [TestMember, TestMember, TestMember]
  await channelOf([ada, ben], 'private', { moderators: [ada.person.identity.publicKey] })
}, 60_000)
afterAll(() => server.stop())

async function beacon(
  byte: number,
  changes: Partial<Input<'beacon.put'>> = {},
): Promise<Input<'beacon.put'>> {
  const { channelId } = ada
  const payload = new Uint8Array(40).fill(byte)
  const clientId = newId<ClientId>()
  return { channelId, kind: 'status', ...(await ada.place()), clientId, payload, ...changes }
}
const readBy = async (by: TestMember, after = 0) =>
  by.call('beacon.read', { after, limit: limits.BEACON_PAGE_MAX, in: ada.channelId })
const bytesOf = async (by: TestMember) =>
  (await readBy(by)).beacons.map(({ userId, kind, payload }) => [userId, kind, payload[0]])

test('BCN-2: the newest one of each kind is kept, and read by members after a cursor', async () => {
  for (const byte of [1, 2]) await ada.call('beacon.put', await beacon(byte))
  await ada.call('beacon.put', await beacon(3, { kind: 'receipt' }))
  expect(await bytesOf(ben)).toEqual([
    [ada.userId, 'status', 2],
    [ada.userId, 'receipt', 3],
  ])
  const { cursor } = await readBy(ben)
  await ben.call('beacon.put', await beacon(4))
  expect((await readBy(ben, cursor)).beacons.map(({ userId }) => userId)).toEqual([ben.userId])
  expect((await readBy(carl)).beacons).toEqual([])
})

test('BCN-2: one of another epoch, of somebody else or that is too large is refused', async () => {
  const { epoch } = await ada.place()
  expect(await ada.codeOf('beacon.put', await beacon(9, { epoch: epoch + 1 }))).toBe('stale-epoch')
  expect(await ada.codeOf('beacon.put', await beacon(9, { generation: 2 }))).toBe('stale-epoch')
  expect(await carl.codeOf('beacon.put', await beacon(9))).toBe('not-found')
  const large = new Uint8Array(limits.BEACON_MAX_BYTES + 1)
  expect(await ada.codeOf('beacon.put', await beacon(9, { payload: large }))).toBe('invalid-input')
  expect((await bytesOf(ben)).map(([, , byte]) => byte)).not.toContain(9)
})

test('BCN-2: while a removal waits none is taken, and whoever waits to be removed gets and leaves none', async () => {
  await ada.call('channel.remove', { channelId: ada.channelId, userId: ben.userId })
  expect(await ada.codeOf('beacon.put', await beacon(5))).toBe('removal-pending')
  expect(await bytesOf(ben)).toEqual([])
  expect((await bytesOf(ada)).map(([userId]) => userId)).not.toContain(ben.userId)
})
