import { signSession } from '@reforms/crypto'
import type { Input } from '@reforms/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPolicyParts, keepHouse } from './index.ts'
import {
  CHEAP_PASSWORDS,
  PASSWORD,
  startTestServer,
  tokenOf,
  type TestPerson,
  type TestServer,
} from '../../testing.ts'

let server: TestServer
let ada: TestPerson
let bob: TestPerson

const MINUTE_MS = 60 * 1000

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
  bob = await server.member(ada, 'bob')
})
afterAll(() => server.stop())
// What earlier tests failed at is forgotten.
beforeEach(() => {
  server.clock.now += 60 * MINUTE_MS
})

function attempt(userName: string, password = PASSWORD): Input<'session.open'> {
  return { userName, password, client: 'program' }
}

async function signIn(userName: string): Promise<{ token: string }> {
  const { token = '' } = await server.call('session.open', attempt(userName))
  return { token }
}

describe('signing in', () => {
  test('SES-8: an unknown user and a wrong password get the same answer', async () => {
    const unknown = await server.send('session.open', { ...attempt('nobody') })
    const wrong = await server.send('session.open', { ...attempt('bob', 'not the password') })
    expect(unknown.status).toBe(401)
    expect({ ...unknown, headers: {} }).toEqual({ ...wrong, headers: {} })
  })

  test('SES-8: delays grow, ten failures lock, known or not, and the right password does not help', async () => {
    for (const userName of ['bob', 'nobody']) {
      const codes: string[] = []
      for (let i = 0; i < 10; i += 1) {
        codes.push(await server.codeOf('session.open', attempt(userName, 'wrong')))
        // Longer than any delay, shorter than the lock.
        server.clock.now += 2 * MINUTE_MS
      }
      expect(codes).toEqual(Array(10).fill('sign-in-failed'))
      const locked = await server.send('session.open', { ...attempt(userName) })
      expect(locked).toMatchObject({ status: 429, error: { code: 'rate-limited' } })
      expect(locked).toHaveProperty('error.detail.retryAfterMs', 28 * MINUTE_MS)
      expect(Number(locked.headers['retry-after'])).toBe(28 * 60)
    }
    server.clock.now += 28 * MINUTE_MS
    expect(await server.codeOf('session.open', attempt('bob'))).toBe('done')
  })

  test('SES-8: a fourth failure in a row has to wait, then a right password forgets all', async () => {
    for (let i = 0; i < 4; i += 1) await server.codeOf('session.open', attempt('bob', 'wrong'))
    expect(await server.codeOf('session.open', attempt('bob'))).toBe('rate-limited')
    server.clock.now += 1000
    expect(await server.codeOf('session.open', attempt('bob'))).toBe('done')
    expect(await server.codeOf('session.open', attempt('bob'))).toBe('done')
  })

  test('SES-8: guessing in parallel gains nothing', async () => {
    const codes = await Promise.all(
      Array.from({ length: 30 }, () => server.codeOf('session.open', attempt('bob', 'wrong'))),
    )
    expect(codes.filter((code) => code === 'sign-in-failed')).toHaveLength(4)
    expect(codes.filter((code) => code === 'rate-limited')).toHaveLength(26)
  })

  test('SES-8: failures count for the address as well, whatever the name; a right password takes its own back', async () => {
    const account = { free: 1e6, lockAfter: 1e6, lockMs: 1 }
    const address = { free: 2, lockAfter: 3, lockMs: 10 * MINUTE_MS }
    const policy = { passwordCost: CHEAP_PASSWORDS, version: 'test', signInLimits: { account, address } }
    const other = await startTestServer({ sql: server.sql, policy })
    other.clock.now = server.clock.now
    const codes: string[] = []
    for (const [name, password] of [['x', ''], ['y', ''], ['bob'], ['bob'], ['z', ''], ['bob']] as const)
      codes.push(await other.codeOf('session.open', attempt(name, password === '' ? 'wrong' : PASSWORD)))
    const failed = 'sign-in-failed'
    expect(codes).toEqual([failed, failed, 'done', 'done', failed, 'rate-limited'])
    other.clock.now += 10 * MINUTE_MS
    expect(await other.codeOf('session.open', attempt('bob'))).toBe('done')
    server.clock.now = other.clock.now
    await other.stop()
  })

  test('ADM-4: what locks an account is in the audit trail, once, and no name that nobody has', async () => {
    const read = async () => (await server.call('audit.read', { limit: 500 }, ada)).records
    const before = (await read())[0]!.number
    for (const userName of ['bob', 'nobody'])
      for (let i = 0; i < 11; i += 1) {
        await server.codeOf('session.open', attempt(userName, 'wrong'))
        server.clock.now += 2 * MINUTE_MS
      }
    const news = (await read()).filter(({ number }) => number > before)
    const failed = news.filter(({ action }) => action === 'sign-in.failed')
    expect(failed).toHaveLength(20)
    expect(failed.filter(({ subject }) => subject === bob.userId)).toHaveLength(10)
    expect(failed.filter(({ subject }) => subject === undefined)).toHaveLength(10)
    expect(news.filter(({ action }) => action === 'sign-in.locked')).toMatchObject([{ subject: bob.userId }])
  })

  test('SES-1: passwords are hashed anew when the cost has changed', async () => {
    const read = () => server.sql<{ hash: string }[]>`
      select password_hash as hash from user_account where user_name = 'bob'`
    const [before] = await read()
    const old = before!.hash.replace(/\$m=\d+/, '$m=8')
    const { hash } = await import('@node-rs/argon2')
    const weak = await hash(PASSWORD, { memoryCost: 32, timeCost: 1, parallelism: 1 })
    await server.sql`update user_account set password_hash = ${weak} where user_name = 'bob'`
    await signIn('bob')
    const [after] = await read()
    expect(after!.hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/)
    expect(after!.hash).not.toBe(old)
  })
})

describe('a session', () => {
  test('SES-4: is unbound until a listed device signs its challenge, which is taken once', async () => {
    const caller = await signIn('bob')
    const { sessionId, challenge, deviceId } = await server.call('session.read', {}, caller)
    expect(deviceId).toBeUndefined()
    expect(await server.codeOf('directory.list', {}, caller)).toBe('session-unbound')
    const mine = { deviceId: bob.device.deviceId }
    const byAda = await signSession(ada.device, { sessionId, challenge })
    expect(await server.codeOf('session.bind', { ...mine, signature: byAda }, caller)).toBe('bad-signature')
    const signature = await signSession(bob.device, { sessionId, challenge })
    const notMine = { deviceId: ada.device.deviceId, signature }
    expect(await server.codeOf('session.bind', notMine, caller)).toBe('not-found')
    const bound = await server.call('session.bind', { ...mine, signature }, caller)
    expect(bound.deviceId).toBe(bob.device.deviceId)
    expect(bound.challenge).not.toEqual(challenge)
    expect(await server.codeOf('directory.list', {}, caller)).toBe('done')
    expect(await server.codeOf('session.bind', { ...mine, signature }, caller)).toBe('done')
  })

  test('SES-4: a signature made for one session does not bind another', async () => {
    const [first, second] = [await signIn('bob'), await signIn('bob')]
    const { sessionId, challenge } = await server.call('session.read', {}, first)
    const signature = await signSession(bob.device, { sessionId, challenge })
    const input = { deviceId: bob.device.deviceId, signature }
    expect(await server.codeOf('session.bind', input, second)).toBe('bad-signature')
  })

  test('SES-6: signing out ends it; signing out everywhere else ends the others', async () => {
    const [first, second] = [await signIn('bob'), await signIn('bob')]
    await server.call('session.close', {}, first)
    expect(await server.codeOf('session.read', {}, first)).toBe('not-signed-in')
    const { sessions } = await server.call('session.list', {}, bob)
    expect(sessions.filter(({ current }) => current)).toHaveLength(1)
    const { closed } = await server.call('session.closeOthers', {}, bob)
    expect(closed).toBe(sessions.length - 1)
    expect(await server.codeOf('session.read', {}, second)).toBe('not-signed-in')
    expect(await server.codeOf('session.read', {}, bob)).toBe('done')
  })

  test('SES-6: ends when it is not used for as long as the settings say', async () => {
    const caller = await signIn('ada')
    const { sessionDays } = await server.call('settings.read', {}, ada)
    const used = server.clock.now
    server.clock.now = used + (sessionDays * 24 - 1) * 60 * MINUTE_MS
    expect(await server.codeOf('session.read', {}, caller)).toBe('done')
    await server.codeOf('session.read', {}, bob)
    await server.codeOf('session.read', {}, ada)
    server.clock.now += (sessionDays * 24 + 1) * 60 * MINUTE_MS
    expect(await server.codeOf('session.read', {}, caller)).toBe('not-signed-in')
    server.clock.now = used
  })

  test('SES-6: is not kept alive by the use of another', async () => {
    const [busy, idle] = [await signIn('bob'), await signIn('bob')]
    const { sessionDays } = await server.call('settings.read', {}, ada)
    const began = server.clock.now
    server.clock.now = began + (sessionDays * 24 - 1) * 60 * MINUTE_MS
    expect(await server.codeOf('session.read', {}, busy)).toBe('done')
    server.clock.now += 2 * 60 * MINUTE_MS
    expect(await server.codeOf('session.read', {}, idle)).toBe('not-signed-in')
    expect(await server.codeOf('session.read', {}, busy)).toBe('done')
    server.clock.now = began
  })

  test('what is worth nothing any more is dropped in time', async () => {
    const count = async () => {
      const [row] = await server.sql<{ failures: number; sessions: number; invitations: number }[]>`
        select (select count(*)::int from sign_in_failure) as failures, (select count(*)::int from session) as sessions,
          (select count(*)::int from invitation) as invitations`
      return row
    }
    const other = await startTestServer({ sql: server.sql })
    other.clock.now = server.clock.now + 200 * 24 * 60 * MINUTE_MS
    await server.codeOf('session.open', attempt('nobody', 'wrong'))
    await server.sql`delete from actor_change`
    await server.sql`insert into actor_change (user_id, changed_at) values (gen_random_uuid(), now() - interval '2 days')`
    await server.sql`create table kept as select * from session`
    await server.sql`create table kept_invitation as select * from invitation`
    await keepHouse(
      other.app.services,
      createPolicyParts(server.sql, () => other.clock.now, { version: '' }),
    )
    expect(await count()).toEqual({ failures: 0, sessions: 0, invitations: 0 })
    const [{ old, all } = { old: 0, all: 0 }] = await server.sql<{ old: number; all: number }[]>`
      select count(*) filter (where changed_at < now() - interval '1 day')::int as old, count(*)::int as all
      from actor_change`
    expect(old).toBe(0)
    // Of the sessions that have just ended gateways are still to be told.
    expect(all).toBeGreaterThan(0)
    await server.sql`insert into session select * from kept`
    await server.sql`insert into invitation select * from kept_invitation`
    await keepHouse(
      server.app.services,
      createPolicyParts(server.sql, () => server.clock.now, { version: '' }),
    )
    expect((await count())?.sessions).toBeGreaterThan(0)
    await other.stop()
  })

  test('LIM-4: a user has a hundred sessions at most; the one that was not used for longest ends', async () => {
    const eva = await server.member(ada, 'eva')
    server.clock.now += 1000
    const second = await signIn('eva')
    await server.sql`
      insert into session (session_id, user_id, token_hash, challenge, label, created_at, used_at)
      select gen_random_uuid(), ${eva.userId}, sha256(n::text::bytea), sha256('x'), '', now(),
        ${new Date(server.clock.now + 1000)} from generate_series(1, 98) n`
    server.clock.now += 2000
    const newest = await signIn('eva')
    expect(await server.codeOf('session.read', {}, eva)).toBe('not-signed-in')
    for (const caller of [second, newest])
      expect(await server.codeOf('session.read', {}, caller)).toBe('done')
  })

  test('SES-2: tokens are not in the database', async () => {
    const { token } = await signIn('bob')
    expect(JSON.stringify(await server.sql`select * from session`)).not.toContain(token)
  })
})

describe('passwords', () => {
  const next = 'quite another phrase'

  test('SES-9: changing it takes the present one and signs out everywhere else', async () => {
    const carl = await server.member(ada, 'carl')
    const other = await signIn('carl')
    const wrong = { current: 'not this', next }
    expect(await server.codeOf('password.change', wrong, carl)).toBe('sign-in-failed')
    for (const weak of ['short', 'password123', 'aaaaaaaaaaaa', 'my name is Carl']) {
      const input = { current: PASSWORD, next: weak }
      expect(await server.codeOf('password.change', input, carl), weak).toBe('password-weak')
    }
    await server.call('password.change', { current: PASSWORD, next }, carl)
    expect(await server.codeOf('session.read', {}, other)).toBe('not-signed-in')
    expect(await server.codeOf('session.read', {}, carl)).toBe('done')
    expect(await server.codeOf('session.open', attempt('carl', next))).toBe('done')
  })

  test('SES-9: an administrator’s link sets a new one, once, ends all sessions, and opens a locked account', async () => {
    const dora = await server.member(ada, 'dora')
    for (let i = 0; i < 5; i += 1) await server.codeOf('session.open', attempt('dora', 'wrong'))
    const earlier = await server.call('admin.resetPassword', { userId: dora.userId }, ada)
    const { url } = await server.call('admin.resetPassword', { userId: dora.userId }, ada)
    expect(url).toMatch(/^http:\/\/reforms\.test:3000\/#\/reset\//)
    expect(await server.call('invitation.check', { token: tokenOf(url) })).toMatchObject({
      purpose: 'password-reset',
    })
    const reset = (link: string, password = next) =>
      server.codeOf('password.reset', { token: tokenOf(link), password })
    expect(await reset(earlier.url)).toBe('invitation-invalid')
    expect(await reset(url, 'short')).toBe('password-weak')
    expect(await reset(url)).toBe('done')
    expect(await reset(url)).toBe('invitation-invalid')
    expect(await server.codeOf('session.read', {}, dora)).toBe('not-signed-in')
    expect(await server.codeOf('session.open', attempt('dora', next))).toBe('done')
  })

  test('a password link is no invitation, and an invitation no password link', async () => {
    const { url } = await server.call('admin.resetPassword', { userId: bob.userId }, ada)
    await expect(server.register('mallory', tokenOf(url))).rejects.toMatchObject({
      code: 'invitation-invalid',
    })
    const request = { role: 'member', uses: 1, expiresInHours: 1, note: '' } as const
    const invitation = await server.call('invitation.create', request, ada)
    const input = { token: tokenOf(invitation.url), password: next }
    expect(await server.codeOf('password.reset', input)).toBe('invitation-invalid')
  })
})
