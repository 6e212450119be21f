/** Operations that name a thing of one user, called by another who may call them on things of their own (PERM-4). */
import { signSession } from '@reforms/crypto'
import type { BlobId, ChannelId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addTestChannel } from '../features/testing.ts'
import { newId, PASSWORD, startTestServer, type TestPerson, type TestServer } from '../testing.ts'

let server: TestServer
let ada: TestPerson
let bob: TestPerson
let eve: TestPerson
let channelId: ChannelId

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
  bob = await server.member(ada, 'bob')
  eve = await server.member(ada, 'eve')
  channelId = await addTestChannel(server.sql, [bob.device])
})
afterAll(() => server.stop())

const others = () => [eve, ada]

test('PERM-4: nobody cuts another’s device off, an administrator neither', async () => {
  for (const caller of others()) {
    expect(await server.codeOf('device.cut', { deviceId: bob.device.deviceId }, caller)).toBe('not-found')
  }
  expect(await server.codeOf('session.read', {}, bob)).toBe('done')
})

test('PERM-4: nobody is given keys that are sealed for another’s device', async () => {
  for (const caller of others()) {
    const answer = await server.send('account.read', { deviceId: bob.device.deviceId }, caller)
    expect('output' in answer ? answer.output : {}).not.toHaveProperty('sealedForDevice')
  }
  expect(await server.call('account.read', { deviceId: bob.device.deviceId }, bob)).toHaveProperty(
    'sealedForDevice',
  )
})

test('PERM-4: nobody binds a session to another’s device, even with its signature', async () => {
  const signIn = { userName: 'eve', password: PASSWORD, client: 'program' } as const
  const { sessionId, challenge, token = '' } = await server.call('session.open', signIn)
  const signature = await signSession(bob.device, { sessionId, challenge })
  const input = { deviceId: bob.device.deviceId, signature }
  expect(await server.codeOf('session.bind', input, { token })).toBe('not-found')
})

test('PERM-4: nobody publishes documents or key packages of another', async () => {
  const { account, devices, sealedForDevices, keyPackages } = bob.documents
  const documents = { account, devices, sealedForDevices, sealedForRecovery: new Uint8Array(64) }
  for (const caller of others()) {
    expect(await server.codeOf('account.update', documents, caller)).toBe('bad-signature')
    expect(await server.codeOf('keyPackage.publish', { keyPackages }, caller)).toBe('bad-signature')
  }
})

test('PERM-4: nobody sees or ends another’s sessions or reset', async () => {
  await server.call('identity.requestReset', {}, bob)
  for (const caller of others()) {
    const { sessions } = await server.call('session.list', {}, caller)
    expect(sessions.map(({ deviceId }) => deviceId)).not.toContain(bob.device.deviceId)
    await server.call('session.closeOthers', {}, caller)
    expect(await server.codeOf('identity.cancelReset', {}, caller)).toBe('not-found')
    expect(await server.codeOf('identity.reset', bob.documents, caller)).toBe('waiting-period')
  }
  expect(await server.codeOf('session.read', {}, bob)).toBe('done')
  await server.call('identity.cancelReset', {}, bob)
})

test('PERM-4: another’s file, upload, vault and mailbox are as if they were not there', async () => {
  const blobId = newId<BlobId>()
  await server.call('blob.create', { blobId, channelId, size: 10 }, bob)
  const id = new Uint8Array(16)
  await server.call('vault.write', { records: [{ id, version: 1, payload: id }] }, bob)
  for (const caller of others()) {
    expect(await server.codeOf('blob.read', { blobId }, caller)).toBe('not-found')
    const resumable = { token: caller.token, headers: { 'tus-resumable': '1.0.0' } }
    expect(await server.codeOf('blob.status', { blobId }, resumable)).toBe('not-found')
    expect((await server.call('vault.read', { after: 0, limit: 10 }, caller)).records).toEqual([])
    expect((await server.call('mailbox.read', { after: 0, limit: 10 }, caller)).envelopes).toEqual([])
    const envelopes = [{ deviceId: bob.device.deviceId, payload: id }]
    expect(await server.call('mailbox.send', { envelopes }, caller)).toEqual({ delivered: 0 })
  }
})

test('PERM-5: an administrator reads no channel in which they are not a member', async () => {
  const room = await addTestChannel(server.sql, [bob.device])
  for (const [where, code] of [
    [channelId, 'not-found'],
    [room, 'forbidden'],
  ] as const) {
    if (where === room)
      await server.sql`update channel set kind = 'public', name = 'room' where channel_id = ${room}`
    expect(await server.codeOf('log.read', { channelId: where, after: 0, limit: 10 }, ada)).toBe(code)
    expect(await server.codeOf('log.page', { channelId: where, before: 9, limit: 10 }, ada)).toBe(code)
    expect(await server.codeOf('group.read', { channelId: where }, ada)).toBe(code)
  }
})

test('ADM-6: no administrative answer holds a password, a token or a key', async () => {
  await server.call('invitation.create', { role: 'member', uses: 1, expiresInHours: 1, note: '' }, ada)
  const answers = [
    await server.call('admin.listUsers', {}, ada),
    await server.call('invitation.list', {}, ada),
    await server.call('audit.read', { limit: 500 }, ada),
    await server.call('settings.read', {}, ada),
  ]
  const text = JSON.stringify(answers, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  )
  expect(text).not.toMatch(/argon2|password_hash|token/i)
  for (const { token, identity } of [ada, bob]) {
    expect(text).not.toContain(token)
    expect(text).not.toContain(Buffer.from(identity.publicKey).toString('hex'))
  }
})
