/** A member who takes more than a share: what it costs the others is bounded (docs/threat-model.md, "A malicious member"). */
import { limits } from '@reforms/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing.ts'
import { SERVER_LIMITS } from '../../ports/limits.ts'
import { channelOf, membersOf, type TestMember } from '../testing-member.ts'

const HOUR_MS = 3_600_000
let server: TestServer
let [ada, ben, eve] = [] as unknown as [TestMember, TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer()
  ;[ada, ben, eve] = (await membersOf(server, 'ada', 'ben', 'eve')) as [TestMember, TestMember, TestMember]
}, 60_000)
afterAll(() => server.stop())
/** Session rates fill again, and what was used up is forgotten. */
beforeEach(() => {
  server.clock.now += 2 * HOUR_MS
})

const rested = () => (server.clock.now += 2000)

test('TURN-8: whoever takes the turn again and again and never commits holds it ever more seldom', async () => {
  await channelOf([ada, ben, eve])
  let held = 0
  const begun = server.clock.now
  const end = begun + HOUR_MS / 2
  rested()
  while (server.clock.now < end) {
    const turn = await eve.take()
    if (turn.granted) held += limits.TURN_MS
    server.clock.now += turn.granted ? limits.TURN_MS + 1 : Math.max(turn.retryAfterMs, 1)
  }
  expect(held).toBeGreaterThan(0)
  // Two at first, then one in three minutes.
  expect(held / (end - begun)).toBeLessThan(0.08)
})

test('TURN-8, LOG-12: nor while a removal waits: the others commit it, and go on writing', async () => {
  const channelId = await channelOf([ada, ben, eve], 'private')
  await ben.call('channel.leave', { channelId })
  let turns = 0
  for (; turns < 10; turns += 1) {
    if (!(await eve.take()).granted) break
    server.clock.now += limits.TURN_MS + 1
  }
  expect(turns).toBeLessThan(4)
  expect((await ada.take()).granted).toBe(true)
  await ada.commitTurn()
  await ada.say()
})

test('TURN-8: who gives turns back at once does not keep the others from theirs either', async () => {
  const channelId = await channelOf([ada, eve], 'public')
  await ben.call('channel.join', { channelId })
  rested()
  let turns = 0
  for (; turns < 50; turns += 1) {
    const { granted, turnId } = await eve.take()
    if (!granted) break
    await eve.call('turn.release', { channelId, turnId: turnId!, unusable: [] })
    rested()
  }
  expect(turns).toBeLessThan(6)
  expect((await ada.take()).granted).toBe(true)
})

test('LIM-5: commits that bring nobody in or out are refused once there were too many, by turn or from outside', async () => {
  await channelOf([ada, eve])
  rested()
  const turn = await eve.take()
  const made = await eve.commitOf({ adds: [], removes: [] })
  await eve.call('log.commit', eve.inputOf(made, turn.turnId))
  // As who lost their state: it needs no turn.
  const again = async () => eve.codeOf('log.commit', (await eve.externalCommit()).input)
  const codes = []
  for (let times = 0; times < SERVER_LIMITS.idleCommitsPerHour; times += 1) codes.push(await again())
  expect(codes.filter((code) => code === 'done')).toHaveLength(SERVER_LIMITS.idleCommitsPerHour - 1)
  expect(codes.at(-1)).toBe('rate-limited')
  await ada.enterExternally()
  await ada.say()
  server.clock.now += HOUR_MS
  expect(await again()).toBe('done')
})

test('LIM-5: who founds generation after generation is stopped, and so is who comes and goes', async () => {
  const channelId = await channelOf([eve, ada], 'public')
  const { foundingsPerHour, joinsPerHour } = SERVER_LIMITS
  const codes = []
  for (let generation = 2; generation < foundingsPerHour + 4; generation += 1) {
    const found = await eve.begin(eve.policy('public'), generation)
    const input = { channelId, clientId: crypto.randomUUID() as never, generation, ...found }
    codes.push(await eve.codeOf('log.found', input))
  }
  expect(codes.filter((code) => code === 'done')).toHaveLength(foundingsPerHour)
  expect(codes[foundingsPerHour]).toBe('rate-limited')
  ben.channelId = channelId
  const joins = []
  for (let times = 0; times < joinsPerHour + 3; times += 1) {
    joins.push(await ben.codeOf('channel.join', { channelId }))
    await ben.codeOf('channel.leave', { channelId })
  }
  expect(joins.filter((code) => code === 'done')).toHaveLength(joinsPerHour)
  expect(joins.at(-1)).toBe('rate-limited')
})

test('LIM-5, DIR-4: one member uses up ten key packages of a device in an hour; others still get single ones', async () => {
  const now = server.clock.now
  const { createKeyPackage } = await import('@reforms/crypto')
  const made = await Promise.all(
    Array.from({ length: 14 }, () => createKeyPackage(ben.person.device, { now, lastResort: false })),
  )
  await ben.call('keyPackage.publish', { keyPackages: made.map(({ keyPackage }) => keyPackage) })
  const before = (await ben.call('keyPackage.count', {})).available
  for (let times = 0; times < 13; times += 1) {
    await eve.create('private', {}, [ben])
    expect((await eve.take()).adds).toHaveLength(1)
  }
  const { available } = await ben.call('keyPackage.count', {})
  expect(before - available).toBe(SERVER_LIMITS.keyPackageClaimsOfDevicePerHour)
  await ada.create('private', {}, [ben])
  await ada.take()
  expect((await ben.call('keyPackage.count', {})).available).toBe(available - 1)
})

test('MBX-7: one member fills neither another’s mailbox nor, by never reading, another’s outgoing share', async () => {
  await channelOf([ada, ben, eve])
  const payload = new Uint8Array(10)
  const flood = async (from: TestMember, to: TestMember) => {
    const envelopes = Array.from({ length: 50 }, () => ({ deviceId: to.deviceId, payload }))
    let delivered = 0
    for (let times = 0; times < 10; times += 1) {
      const answer = await server.send('mailbox.send', { envelopes }, from.person)
      if ('error' in answer) expect(answer.error.code).toBe('too-many')
      else delivered += (answer.output as { delivered: number }).delivered
    }
    return delivered
  }
  expect(await flood(eve, ben)).toBe(SERVER_LIMITS.envelopesBetweenUsers)
  expect(await flood(ada, eve)).toBe(SERVER_LIMITS.envelopesBetweenUsers)
  const one = { envelopes: [{ deviceId: ben.deviceId, payload }] }
  expect(await ada.call('mailbox.send', one)).toEqual({ delivered: 1 })
})
