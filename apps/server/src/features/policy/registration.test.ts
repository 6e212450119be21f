import { limits, type InvitationId } from '@reforms/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createIdentity,
  newId,
  PASSWORD,
  startTestServer,
  tokenOf,
  type TestPerson,
  type TestServer,
} from '../../testing.ts'
import { createSetupLink } from './index.ts'

let server: TestServer
let ada: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  expect((await server.call('server.read', {})).setUp).toBe(false)
  ada = await server.administrator()
})
afterAll(() => server.stop())

async function invite(uses: number): Promise<string> {
  const request = { role: 'member', uses, expiresInHours: 2, note: 'for the choir' } as const
  return tokenOf((await server.call('invitation.create', request, ada)).url)
}

async function registration(userName: string, token?: string) {
  const made = await createIdentity(newId(), server.clock.now)
  const person = { userId: made.userId, userName, displayName: userName, password: PASSWORD }
  return { ...person, client: 'program', ...made.documents, ...(token ? { token } : {}) } as const
}

describe('setting up', () => {
  test('ADM-3: the setup link makes the administrator, with a session bound to the first device', async () => {
    const session = await server.call('session.read', {}, ada)
    expect(session).toMatchObject({ userName: 'ada', role: 'administrator', deviceId: ada.device.deviceId })
    expect(await server.call('server.read', {})).toMatchObject({ setUp: true, registration: 'invitation' })
  })

  test('ADM-3: a second setup link is refused once there is an administrator', async () => {
    const { clock, sql } = server
    await expect(
      createSetupLink(
        sql,
        () => clock.now,
        (n) => new Uint8Array(n),
      ),
    ).rejects.toMatchObject({
      code: 'already-exists',
    })
  })

  test('a newer setup link makes an earlier one worthless', async () => {
    const other = await startTestServer()
    const random = other.app.services.random
    const earlier = await createSetupLink(other.sql, () => other.clock.now, random)
    const later = await createSetupLink(other.sql, () => other.clock.now, random)
    expect(await other.codeOf('invitation.check', { token: earlier.token })).toBe('invitation-invalid')
    expect(await other.call('invitation.check', { token: later.token })).toMatchObject({ purpose: 'setup' })
    await other.stop()
  })
})

test('ADM-3: a server whose administrators are all inactive gets a setup link, and keeps its invitations', async () => {
  const other = await startTestServer()
  const root = await other.administrator('root')
  await other.member(root, 'somebody')
  const request = { role: 'member', uses: 1, expiresInHours: 1, note: '' } as const
  const { url } = await other.call('invitation.create', request, root)
  await other.sql`update user_account set active = false where user_id = ${root.userId}`
  const { token } = await createSetupLink(other.sql, () => other.clock.now, other.app.services.random)
  expect(await other.call('invitation.check', { token })).toMatchObject({ purpose: 'setup' })
  expect(await other.call('invitation.check', { token: tokenOf(url) })).toMatchObject({ purpose: 'join' })
  await other.stop()
})

describe('joining by invitation', () => {
  test('the link says who invites, what for, and whether a name is free', async () => {
    const token = await invite(1)
    expect(await server.call('invitation.check', { token, userName: 'ada' })).toMatchObject({
      purpose: 'join',
      invitedBy: 'ADA',
      role: 'member',
      nameFree: false,
    })
    expect(await server.call('invitation.check', { token, userName: 'grace' })).toMatchObject({
      nameFree: true,
    })
  })

  test('ADM-2: 50 parallel redemptions of a one-use invitation give one success', async () => {
    const token = await invite(1)
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) => registration(`crowd${i}`, token)))
    const codes = await Promise.all(all.map((input) => server.codeOf('user.register', input)))
    expect(codes.filter((code) => code === 'done')).toHaveLength(1)
    expect(codes.filter((code) => code === 'invitation-invalid')).toHaveLength(49)
    const users = await server.sql`select from user_account where user_name like 'crowd%'`
    expect(users).toHaveLength(1)
  })

  test('SES-3: a refused registration uses nothing up and leaves nothing behind', async () => {
    const token = await invite(1)
    const good = await registration('edsger', token)
    const broken = { ...good, devices: good.devices.map((byte, i) => (i === 99 ? byte ^ 1 : byte)) }
    expect(await server.codeOf('user.register', broken)).toBe('bad-signature')
    const forged = { ...good, account: good.account.map((byte, i) => (i === 99 ? byte ^ 1 : byte)) }
    expect(await server.codeOf('user.register', forged)).toBe('bad-signature')
    expect(await server.codeOf('user.register', { ...good, userName: 'ada' })).toBe('name-taken')
    expect(await server.codeOf('user.register', { ...good, password: 'short' })).toBe('password-weak')
    expect(await server.codeOf('user.register', good)).toBe('done')
    expect(await server.codeOf('user.register', good)).toBe('invitation-invalid')
  })

  test('ADM-2: an expired, a revoked and an unknown link are one and the same', async () => {
    const expired = await invite(1)
    server.clock.now += 3 * 60 * 60 * 1000
    const revoked = await invite(1)
    const { invitations } = await server.call('invitation.list', {}, ada)
    await server.call('invitation.revoke', { invitationId: invitations[0]!.invitationId }, ada)
    for (const token of [expired, revoked, 'x'.repeat(43)]) {
      expect(await server.codeOf('invitation.check', { token })).toBe('invitation-invalid')
      expect(await server.codeOf('user.register', await registration('late', token))).toBe(
        'invitation-invalid',
      )
    }
  })

  test('ADM-2: revoking takes a link for joining, and no other', async () => {
    expect(await server.codeOf('invitation.revoke', { invitationId: newId() }, ada)).toBe('not-found')
    const { url } = await server.call('admin.resetPassword', { userId: ada.userId }, ada)
    const [link] = await server.sql<{ invitationId: InvitationId }[]>`
      select invitation_id as "invitationId" from invitation where purpose = 'password-reset'`
    expect(await server.codeOf('invitation.revoke', link!, ada)).toBe('not-found')
    expect(await server.codeOf('invitation.check', { token: tokenOf(url) })).toBe('done')
  })

  test('LIM-4: five hundred links are good at a time; those that are worthless leave room', async () => {
    const other = await startTestServer()
    const root = await other.administrator('root')
    const request = { role: 'member', uses: 1, expiresInHours: 1, note: '' } as const
    await other.sql`
      insert into invitation (invitation_id, purpose, token_hash, role, note, created_at, expires_at, uses, uses_left)
      select gen_random_uuid(), 'join', sha256(n::text::bytea), 'member', '', now(),
        ${new Date(other.clock.now + 1000)}, 1, 1 from generate_series(1, 500) n`
    const create = () => other.codeOf('invitation.create', request, root)
    expect(await create()).toBe('too-many')
    for (const change of [other.sql`revoked = true`, other.sql`uses_left = 0`]) {
      await other.sql`
        update invitation set ${change} where invitation_id in (
          select invitation_id from invitation where not revoked and uses_left > 0 and purpose = 'join' limit 1)`
      expect(await create()).toBe('done')
      expect(await create()).toBe('too-many')
    }
    other.clock.now += 1000
    expect(await create()).toBe('done')
    await other.stop()
  })

  test('ADM-3: without a link nobody gets in, until an administrator opens registration', async () => {
    expect(await server.codeOf('user.register', await registration('open1'))).toBe('registration-closed')
    await server.call('settings.update', { registration: 'open' }, ada)
    expect(await server.call('invitation.check', {})).toMatchObject({ purpose: 'join', role: 'member' })
    expect(await server.codeOf('user.register', await registration('open1'))).toBe('done')
    await server.call('settings.update', { registration: 'invitation' }, ada)
  })

  test('ADM-2: links are not in the list, nor in the database', async () => {
    const token = await invite(1)
    expect(JSON.stringify(await server.call('invitation.list', {}, ada))).not.toContain(token)
    const rows = await server.sql`select * from invitation`
    expect(JSON.stringify(rows)).not.toContain(token)
  })
})

describe('a lost identity', () => {
  test('ID-8: asking or agreeing again does not prolong the notice, and is in the audit trail as it was', async () => {
    const joan = await server.register('joan', await invite(1))
    await server.call('identity.requestReset', {}, joan)
    const { resetRequestedAt } = await server.call('session.read', {}, joan)
    const first = await server.call('admin.approveReset', { userId: joan.userId }, ada)
    server.clock.now += 60_000
    await server.call('identity.requestReset', {}, joan)
    expect(await server.call('admin.approveReset', { userId: joan.userId }, ada)).toEqual(first)
    const { resetAt } = first
    expect(await server.call('session.read', {}, joan)).toMatchObject({ resetRequestedAt, resetAt })
    const { records } = await server.call('audit.read', { limit: 50 }, ada)
    const asked = records.filter(({ action }) => action === 'identity-reset.requested')
    expect(asked.filter(({ subject }) => subject === joan.userId)).toHaveLength(1)
  })

  test('ID-8: is replaced after an administrator agreed and the notice has passed; earlier sessions end', async () => {
    const grace = await server.register('gracie', await invite(1))
    const signIn = { userName: 'gracie', password: PASSWORD, client: 'program' } as const
    const unbound = await server.call('session.open', signIn)
    const caller = { token: unbound.token! }
    const { documents } = await createIdentity(grace.userId, server.clock.now)

    await server.call('identity.requestReset', {}, caller)
    expect(await server.codeOf('identity.reset', documents, caller)).toBe('waiting-period')
    const { resetAt } = await server.call('admin.approveReset', { userId: grace.userId }, ada)
    expect(resetAt).toBe(server.clock.now + limits.IDENTITY_RESET_NOTICE_MS)
    expect(await server.call('session.read', {}, grace)).toMatchObject({ resetAt })
    expect(await server.codeOf('identity.reset', documents, caller)).toBe('waiting-period')

    server.clock.now = resetAt
    expect(await server.call('session.read', {}, caller)).toMatchObject({ resetReady: true })
    const fresh = await createIdentity(grace.userId, server.clock.now)
    const session = await server.call('identity.reset', fresh.documents, caller)
    expect(session).toMatchObject({ deviceId: fresh.device.deviceId })
    expect(await server.codeOf('session.read', {}, grace)).toBe('not-signed-in')
    const { users } = await server.call('directory.read', { userIds: [grace.userId] }, ada)
    expect(users[0]?.identityKey).toEqual(fresh.identity.publicKey)
  })

  test('ID-8: a device that is in stops the reset; a stranger’s is not found', async () => {
    const lin = await server.register('linus', await invite(1))
    expect(await server.codeOf('admin.approveReset', { userId: lin.userId }, ada)).toBe('not-found')
    await server.call('identity.requestReset', {}, lin)
    await server.call('admin.approveReset', { userId: lin.userId }, ada)
    await server.call('identity.cancelReset', {}, lin)
    expect(await server.codeOf('identity.cancelReset', {}, lin)).toBe('not-found')
    expect(await server.call('session.read', {}, lin)).not.toHaveProperty('resetAt')
  })
})
