import { signAccountStatement, signDeviceList, signSession } from '@reforms/crypto'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { TestClient } from '../../gateway/testing-client.ts'
import { newId, startTestServer, type TestServer } from '../../testing.ts'
import { addDevice, signIn, TestAccount } from '../testing-account.ts'
import { channelOf, membersOf, TestMember } from '../testing-member.ts'

let server: TestServer
let [ada, ben] = [] as unknown as [TestMember, TestMember]
let account: TestAccount
let number = 0

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0 } })
  ;[ada] = (await membersOf(server, 'ada')) as [TestMember]
}, 60_000)
afterAll(() => server.stop())

/** Each test has a fresh Ben, with one device. */
beforeEach(async () => {
  number += 1
  ben = new TestMember(server, await server.member(ada.person, `ben${number}`))
  account = await new TestAccount(ben.person).begin(server)
}, 60_000)

const update = async (input: Parameters<TestServer['send']>[1], token = ben.person.token) => {
  const answer = await server.send('account.update', input, { token })
  return 'error' in answer ? answer.error.code : 'done'
}

test('DIR-6, SES-5: a signed list brings a new device in, also from a session that is not bound yet', async () => {
  const channelId = await channelOf([ada, ben])
  const second = await addDevice(server, account)
  const read = await server.call('account.read', { deviceId: second.device.deviceId }, second)
  expect(read.sealedForDevice).toHaveLength(64)
  const { joining, channel } = await server.call('channel.read', { channelId }, second)
  expect(joining).toEqual([{ userId: ben.userId, deviceId: second.device.deviceId }])
  expect(channel).toMatchObject({ place: 'member', deviceIn: false })
  const member = new TestMember(server, second)
  member.channelId = channelId
  await member.enterExternally()
  expect((await member.say()).seq).toBe(4)
})

test('DIR-2, ID-6: numbers follow by one; another signature, user or identity is refused', async () => {
  const { listed } = account.newDevice()
  const devices = [...account.listed, listed]
  expect(await update(await account.update(devices, { numbers: { list: 1 } }))).toBe('stale-document')
  expect(await update(await account.update(devices, { numbers: { list: 3 } }))).toBe('stale-document')
  const stranger = await new TestAccount(ada.person).begin(server)
  expect(await update(await stranger.update(stranger.listed))).toBe('bad-signature')
  const forged = await account.update(devices)
  forged.devices[forged.devices.length - 1]! ^= 1
  expect(await update(forged)).toBe('bad-signature')
  const skipped = await account.update(devices, { account: account.newAccountKey(), numbers: { account: 3 } })
  expect(await update(skipped)).toBe('stale-document')
  const another = new TestAccount({ ...ben.person, identity: account.newAccountKey() })
  another.listed = account.listed
  expect(await update(await another.update(devices, { account: account.newAccountKey() }))).toBe(
    'bad-signature',
  )
})

test('a new device without its sealed keys, or a known one with another key, is refused', async () => {
  const { listed } = account.newDevice()
  const unsealed = { ...(await account.update([...account.listed, listed])), sealedForDevices: [] }
  expect(await update(unsealed)).toBe('invalid-input')
  const changed = [{ ...account.listed[0]!, signatureKey: listed.signatureKey }]
  expect(await update(await account.update(changed))).toBe('forbidden')
  const [foreign] = (await new TestAccount(ada.person).begin(server)).listed
  expect(await update(await account.update([...account.listed, foreign!]))).toBe('forbidden')
})

test('DIR-2: a statement of another user, and keys that do not come together with it, are refused', async () => {
  const next = account.newAccountKey()
  const renewed = await account.update(account.listed, { account: next })
  const others = { userId: ada.userId, number: 2, accountKey: next.publicKey, recoveryKey: next.publicKey }
  const statement = await signAccountStatement(ben.person.identity, others)
  const list = { userId: ada.userId, number: 2, accountNumber: 2, devices: account.listed }
  const devices = await signDeviceList(next.privateKey, list)
  expect(await update({ ...renewed, account: statement, devices })).toBe('bad-signature')
  const { account: alone, sealedForRecovery, ...rest } = renewed
  expect(await update({ ...rest, account: alone })).toBe('invalid-input')
  const known = await account.update(account.listed)
  expect(await update({ ...known, sealedForRecovery })).toBe('invalid-input')
  expect(await update({ ...renewed, sealedForDevices: [] })).toBe('invalid-input')
  const changed = [{ ...account.listed[0]!, sealingKey: account.newDevice().listed.sealingKey }]
  expect(await update(await account.update(changed))).toBe('forbidden')
  expect(await update({ ...known, sealedForDevices: [] })).toBe('done')
})

test('two lists at once: one of them is the next', async () => {
  const inputs = await Promise.all(
    [1, 2, 3].map(() => account.update([...account.listed, account.newDevice().listed])),
  )
  const codes = await Promise.all(inputs.map((input) => update(input)))
  expect(codes.toSorted()).toEqual(['done', 'stale-document', 'stale-document'])
})

test('DIR-7: a device that is cut is out at once: its session, its leaves, its key packages, its mailbox', async () => {
  const second = await addDevice(server, account)
  const member = new TestMember(server, second)
  const channelId = await channelOf([ada, ben])
  member.channelId = channelId
  await member.enterExternally()
  await member.offer()
  const { deviceId } = second.device
  await ben.call('device.cut', { deviceId })
  expect(await member.codeOf('session.read', {})).toBe('not-signed-in')
  const { leaving } = await ada.call('channel.read', { channelId })
  expect(leaving).toEqual([{ userId: ben.userId, deviceId }])
  expect(await ada.codeOf('log.append', await ada.message())).toBe('removal-pending')
  const left = await server.sql`
    select (select count(*)::int from key_package where device_id = ${deviceId}) as packages,
      (select count(*)::int from mailbox where device_id = ${deviceId}) as mailboxes`
  expect(left).toEqual([{ packages: 0, mailboxes: 0 }])
  expect(await ben.codeOf('device.cut', { deviceId })).toBe('done')
  expect(await ada.codeOf('device.cut', { deviceId: ben.deviceId })).toBe('not-found')
})

test('SES-10: after a device was cut, the next documents come with a new account key', async () => {
  const second = await addDevice(server, account)
  await ben.call('device.cut', { deviceId: second.device.deviceId })
  const staying = account.listed.filter(({ deviceId }) => deviceId === ben.deviceId)
  expect(await update(await account.update(staying))).toBe('forbidden')
  expect(await update(await account.update(staying, { account: account.newAccountKey() }))).toBe('done')
})

test('DIR-6: whoever is there is told when somebody’s devices change', async () => {
  await server.app.fastify.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.app.fastify.server.address() as AddressInfo
  const headers = { authorization: `Bearer ${ada.person.token}` }
  const client = await TestClient.connect(`http://127.0.0.1:${port}`, { headers })
  await client.settled()
  await addDevice(server, account)
  expect(await client.next('directory')).toEqual({ type: 'directory', userId: ben.userId })
  client.socket.terminate()
})

test('DIR-10, SES-10: a removed device cannot come back: no list, no old account key, no session', async () => {
  const second = await addDevice(server, account)
  const stolen = new TestAccount(ben.person)
  Object.assign(stolen, { ...account, listed: account.listed })
  await ben.call('device.cut', { deviceId: second.device.deviceId })
  const session = await signIn(server, ben.person)
  const { sessionId, challenge, token } = session
  const signature = await signSession(second.device, { sessionId, challenge })
  const bind = { deviceId: second.device.deviceId, signature }
  expect(await server.codeOf('session.bind', bind, { token })).toBe('not-found')
  const reborn = [...stolen.listed, stolen.newDevice().listed]
  expect(await update(await stolen.update(reborn), token)).toBe('forbidden')
  const staying = account.listed.filter(({ deviceId }) => deviceId === ben.deviceId)
  await account.publish(server, staying, account.newAccountKey())
  expect(await update(await stolen.update(staying), token)).toBe('bad-signature')
  const back = [...staying, stolen.listed[1]!]
  expect(await update(await account.update(back))).toBe('forbidden')
  expect(await update(await account.update(staying))).toBe('done')
})

test('SES-10: taking a device off the list needs a new account key, and cuts it', async () => {
  const second = await addDevice(server, account)
  const staying = account.listed.filter(({ deviceId }) => deviceId === ben.deviceId)
  expect(await update(await account.update(staying))).toBe('forbidden')
  await account.publish(server, staying, account.newAccountKey())
  expect(await server.codeOf('session.read', {}, second)).toBe('not-signed-in')
})

test('ENG-8: somebody alone in a channel who lost their only device comes in with a new one', async () => {
  const channelId = (await ben.create('private')).channel.channelId
  const second = new TestMember(server, await addDevice(server, account))
  await second.call('device.cut', { deviceId: ben.deviceId })
  second.channelId = channelId
  expect((await second.call('channel.read', { channelId })).channel.place).toBe('joining')
  await second.enterExternally()
  expect(await second.codeOf('log.append', await second.message())).toBe('removal-pending')
  await second.commitTurn()
  expect(await second.codeOf('log.append', await second.message())).toBe('done')
  const { roster } = await second.call('channel.read', { channelId })
  expect(roster).toEqual([{ userId: ben.userId, deviceId: second.deviceId }])
})

test('a device that signs out takes itself off the list, without the phrase', async () => {
  const second = await addDevice(server, account)
  const staying = account.listed.filter(({ deviceId }) => deviceId === ben.deviceId)
  await account.publish(server, staying, undefined, second.token)
  expect(await server.codeOf('session.read', {}, second)).toBe('not-signed-in')
  const { deviceId } = second.device
  const [row] = await server.sql`select cut_at is not null as cut from device where device_id = ${deviceId}`
  expect(row).toEqual({ cut: true })
})

test('a device that is cut while it sends: every message is before its removal or refused', async () => {
  const second = new TestMember(server, await addDevice(server, account))
  const channelId = await channelOf([ada, ben], 'public')
  second.channelId = channelId
  await second.enterExternally()
  const message = await second.message()
  const codes = await Promise.all([
    ...Array.from({ length: 15 }, () => second.codeOf('log.append', { ...message, clientId: newId() })),
    ben.call('device.cut', { deviceId: second.deviceId }).then(() => 'cut'),
    ...Array.from({ length: 15 }, () => second.codeOf('log.append', { ...message, clientId: newId() })),
  ])
  const allowed = ['done', 'cut', 'forbidden', 'removal-pending', 'not-signed-in', 'session-unbound']
  for (const code of codes) expect(allowed).toContain(code)
  const before = (await ada.call('log.read', { channelId, after: 0, limit: 1 })).seq
  expect(await second.codeOf('log.append', { ...message, clientId: newId() })).toBe('not-signed-in')
  expect((await ada.call('log.read', { channelId, after: 0, limit: 1 })).seq).toBe(before)
})
