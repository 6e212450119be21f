import { signAccountStatement, signDeviceList } from '@reforms/crypto'
import { limits, type DeviceId, type UserId } from '@reforms/protocol'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  createIdentity,
  newId,
  PASSWORD,
  startTestServer,
  type TestIdentity,
  type TestPerson,
  type TestServer,
} from '../../testing.ts'

let server: TestServer
let ada: TestPerson
let made: TestIdentity
let userName = 'b'

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
  await server.call('settings.update', { registration: 'open' }, ada)
}, 60_000)
afterAll(() => server.stop())
beforeEach(async () => {
  made = await createIdentity(newId(), server.clock.now)
  userName += 'b'
})

const register = (documents: Partial<TestIdentity['documents']>, userId = made.userId) => {
  const person = {
    userId,
    userName,
    displayName: 'Ben',
    password: PASSWORD,
    client: 'program',
  } as const
  return server.codeOf('user.register', { ...person, ...made.documents, ...documents })
}

interface Said {
  readonly number?: number
  readonly listNumber?: number
  readonly deviceIds?: readonly DeviceId[]
  readonly signatureKey?: Uint8Array
}

/** Signed by the right keys, whatever they say. */
async function documentsOf(
  { userId, identity, account, device }: Omit<TestIdentity, 'documents'>,
  { number = 1, listNumber = 1, deviceIds = [device.deviceId], signatureKey }: Said,
): Promise<{ account: Uint8Array; devices: Uint8Array }> {
  const recoveryKey = account.publicKey
  const statement = { userId, number, accountKey: account.publicKey, recoveryKey }
  const devices = deviceIds.map((deviceId, at) => {
    const key = at === 0 ? (signatureKey ?? device.signature.publicKey) : identity.publicKey
    return { deviceId, signatureKey: key, sealingKey: recoveryKey, name: '', addedAt: 0 }
  })
  const list = { userId, number: listNumber, accountNumber: number, devices }
  return {
    account: await signAccountStatement(identity, statement),
    devices: await signDeviceList(account.privateKey, list),
  }
}

test('OP-4, DIR-2, SES-3: first documents are of their user, have the first numbers and name the one device', async () => {
  const { deviceId } = made.device
  expect(await register({}, newId<UserId>())).toBe('bad-signature')
  expect(await register(await documentsOf(made, { number: 2 }))).toBe('stale-document')
  expect(await register(await documentsOf(made, { listNumber: 2 }))).toBe('stale-document')
  for (const deviceIds of [[], [newId<DeviceId>()], [deviceId, newId<DeviceId>()]])
    expect(await register(await documentsOf(made, { deviceIds }))).toBe('invalid-input')
  const [{ sealed } = { sealed: new Uint8Array(64) }] = made.documents.sealedForDevices
  const sealedForDevices = [{ deviceId: newId<DeviceId>(), sealed }]
  expect(await register({ sealedForDevices })).toBe('invalid-input')
  expect(await server.sql`select from user_account where user_name = ${userName}`).toHaveLength(0)
  expect(await register({})).toBe('done')
})

test('DIR-2: no device is taken that is somebody’s, by its id or by its key', async () => {
  const { deviceId, signature } = ada.device
  const sealedForDevices = made.documents.sealedForDevices.map(({ sealed }) => ({ deviceId, sealed }))
  const hers = { ...(await documentsOf(made, { deviceIds: [deviceId] })), deviceId, sealedForDevices }
  expect(await register(hers)).toBe('forbidden')
  expect(await register(await documentsOf(made, { signatureKey: signature.publicKey }))).toBe('forbidden')
})

test('DIR-3: the first key packages are of the device that registers, each of its kind', async () => {
  const { lastResort, keyPackages } = made.documents
  expect(await register({ keyPackages: ada.documents.keyPackages })).toBe('bad-signature')
  expect(await register({ keyPackages: [lastResort] })).toBe('bad-signature')
  expect(await register({ lastResort: keyPackages[0]! })).toBe('bad-signature')
})

test('ID-8: a reset brings another identity, and not the one that is said to be lost', async () => {
  const eve = await server.member(ada, 'eve')
  await server.call('identity.requestReset', {}, eve)
  await server.call('admin.approveReset', { userId: eve.userId }, ada)
  server.clock.now += limits.IDENTITY_RESET_NOTICE_MS
  const fresh = await createIdentity(eve.userId, server.clock.now)
  const known = { ...fresh, identity: eve.identity }
  const again = { ...fresh.documents, ...(await documentsOf(known, {})) }
  expect(await server.codeOf('identity.reset', again, eve)).toBe('bad-signature')
  const later = { ...fresh.documents, ...(await documentsOf(fresh, { listNumber: 2 })) }
  expect(await server.codeOf('identity.reset', later, eve)).toBe('stale-document')
  expect(await server.codeOf('identity.reset', fresh.documents, eve)).toBe('done')
})
