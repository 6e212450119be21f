import { createKeyPackage } from '@reforms/crypto'
import { limits } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing.ts'
import { addDevice, keyPackagesOf, TestAccount } from '../testing-account.ts'
import { membersOf, TestMember } from '../testing-member.ts'

let server: TestServer
let [ada, ben] = [] as unknown as [TestMember, TestMember]

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada, ben] = (await membersOf(server, 'ada', 'ben')) as [TestMember, TestMember]
}, 60_000)
afterAll(() => server.stop())

const publish = (by: TestMember, keyPackages: Uint8Array[]) =>
  by.codeOf('keyPackage.publish', { keyPackages })

test('DIR-3: a key package is taken from the device that it names, and from no other', async () => {
  const now = server.clock.now
  const [own] = await keyPackagesOf(ben.person.device, now, 1)
  expect(await publish(ada, [own!])).toBe('bad-signature')
  const otherKey = { ...ben.person.device, signature: ada.person.device.signature }
  expect(await publish(ben, await keyPackagesOf(otherKey, now, 1))).toBe('bad-signature')
  const otherIdentity = { ...ben.person.device, identityKey: ada.person.identity.publicKey }
  expect(await publish(ben, await keyPackagesOf(otherIdentity, now, 1))).toBe('bad-signature')
  const broken = own!.slice()
  broken[broken.length - 1]! ^= 1
  expect(await publish(ben, [broken])).toBe('bad-signature')
  const year = 365 * 86_400_000
  expect(await publish(ben, await keyPackagesOf(ben.person.device, now - year, 1))).toBe('bad-signature')
  const lastResort = await createKeyPackage(ben.person.device, { now, lastResort: true })
  expect(await publish(ben, [lastResort.keyPackage])).toBe('bad-signature')
  expect(await publish(ben, [own!])).toBe('done')
})

test('DIR-8: a device sees how many are left; the same one twice counts once; there is a maximum', async () => {
  const before = (await ben.call('keyPackage.count', {})).available
  const keyPackages = await keyPackagesOf(ben.person.device, server.clock.now, 3)
  const first = await ben.call('keyPackage.publish', { keyPackages })
  expect(first.available).toBe(before + 3)
  expect((await ben.call('keyPackage.publish', { keyPackages })).available).toBe(before + 3)
  const many = await keyPackagesOf(ben.person.device, server.clock.now, limits.KEY_PACKAGES_MAX)
  expect(await publish(ben, many)).toBe('too-many')
  expect((await ben.call('keyPackage.count', {})).available).toBe(before + 3)
})

test('DIR-4: each is given out once; then the last resort, again and again', async () => {
  await server.sql`delete from key_package where device_id = ${ben.deviceId} and not last_resort`
  await publish(ben, await keyPackagesOf(ben.person.device, server.clock.now, 2))
  const given: string[] = []
  for (let i = 0; i < 4; i += 1) {
    await ada.create('private', {}, [ben])
    const [add] = (await ada.take()).adds
    given.push(Buffer.from(add!.keyPackage).toString('hex'))
  }
  expect(new Set(given).size).toBe(3)
  expect(given[3]).toBe(given[2])
})

test('DIR-4: a last resort that was used stays, and what was handed out elsewhere is still theirs', async () => {
  await ben.offer()
  const { channel } = await ada.create('private', {}, [ben])
  const [handedOut] = (await ada.take()).adds
  await ada.create('private', {}, [ben])
  const lastResort = () =>
    server.sql`select payload from key_package where device_id = ${ben.deviceId} and last_resort`
  const before = await lastResort()
  await ada.commitTurn()
  expect(before).toHaveLength(1)
  expect(await lastResort()).toEqual(before)
  const [again] = (await ada.call('turn.take', { channelId: channel.channelId })).adds
  expect(again!.keyPackage).toEqual(handedOut!.keyPackage)
})

test('DIR-5: a device that was cut waits nowhere, and its key packages are given to nobody', async () => {
  const account = await new TestAccount(ben.person).begin(server)
  const second = new TestMember(server, await addDevice(server, account))
  await second.offer()
  const { channel } = await ada.create('private', {}, [ben])
  const before = await ada.call('channel.read', { channelId: channel.channelId })
  expect(before.joining.map(({ deviceId }) => deviceId)).toContain(second.deviceId)
  await ben.call('device.cut', { deviceId: second.deviceId })
  const after = await ada.call('channel.read', { channelId: channel.channelId })
  expect(after.joining.map(({ deviceId }) => deviceId)).toEqual([ben.deviceId])
  expect((await ada.take()).adds.map(({ deviceId }) => deviceId)).not.toContain(second.deviceId)
})

test('an expired key package is not given out', async () => {
  await publish(ben, await keyPackagesOf(ben.person.device, server.clock.now, 1))
  await ada.create('private', {}, [ben])
  server.clock.now += 91 * 86_400_000
  const session = await server.sql`update session set used_at = ${new Date(server.clock.now)}`
  expect(session.count).toBeGreaterThan(0)
  expect((await ada.take()).adds).toEqual([])
  server.clock.now -= 91 * 86_400_000
})
