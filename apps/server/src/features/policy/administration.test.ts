import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, PASSWORD, startTestServer, type TestPerson, type TestServer } from '../../testing.ts'

let server: TestServer
let ada: TestPerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await server.administrator()
})
afterAll(() => server.stop())

describe('people', () => {
  test('ADM-1: are listed by name, searched, a page at a time', async () => {
    for (const name of ['bea', 'ben', 'cid']) await server.member(ada, name)
    const first = await server.call('admin.listUsers', { limit: 2 }, ada)
    expect(first).toMatchObject({
      more: true,
      users: [{ userName: 'ada', deviceCount: 1 }, { userName: 'bea' }],
    })
    const rest = await server.call('admin.listUsers', { after: first.users[1]!.userId }, ada)
    expect(rest.users.map(({ userName }) => userName)).toEqual(['ben', 'cid'])
    const found = await server.call('admin.listUsers', { search: 'BE' }, ada)
    expect(found.users.map(({ userName }) => userName)).toEqual(['bea', 'ben'])
    expect((await server.call('admin.listUsers', { search: '%' }, ada)).users).toEqual([])
  })

  test('SES-6: a deactivated account is out at once, cannot sign in, and comes back', async () => {
    const eve = await server.member(ada, 'eve')
    const change = (active: boolean) => server.call('admin.updateUser', { userId: eve.userId, active }, ada)
    expect((await change(false)).user).toMatchObject({ active: false, sessionCount: 0 })
    expect(await server.codeOf('session.read', {}, eve)).toBe('not-signed-in')
    const signIn = { userName: 'eve', password: PASSWORD, client: 'program' } as const
    expect(await server.codeOf('session.open', signIn)).toBe('account-inactive')
    expect(await server.codeOf('session.open', { ...signIn, password: 'wrong' })).toBe('sign-in-failed')
    await change(true)
    expect(await server.codeOf('session.open', signIn)).toBe('done')
  })

  test('SES-6: a session of an inactive user is dead even if it is still in the table', async () => {
    const fay = await server.member(ada, 'fay')
    await server.sql`update user_account set active = false where user_id = ${fay.userId}`
    expect(await server.codeOf('session.read', {}, fay)).toBe('not-signed-in')
  })

  test('PERM-3: a change of role holds from the next request on', async () => {
    const gil = await server.member(ada, 'gil')
    expect(await server.codeOf('admin.listUsers', {}, gil)).toBe('forbidden')
    await server.call('admin.updateUser', { userId: gil.userId, role: 'administrator' }, ada)
    expect(await server.codeOf('admin.listUsers', {}, gil)).toBe('done')
    await server.call('admin.updateUser', { userId: gil.userId, role: 'member' }, ada)
    expect(await server.codeOf('admin.listUsers', {}, gil)).toBe('forbidden')
  })

  test('ADM-1: there is always an administrator, also when two leave at once', async () => {
    const demote = (userId: TestPerson['userId'], by: TestPerson) =>
      server.codeOf('admin.updateUser', { userId, role: 'member' }, by)
    const { userId } = await server.member(ada, 'retired', 'administrator')
    await server.call('admin.updateUser', { userId, active: false }, ada)
    expect(await demote(ada.userId, ada)).toBe('last-administrator')
    const [hal, jo] = [await server.member(ada, 'hal'), await server.member(ada, 'jo')]
    const promote = (userId: TestPerson['userId']) =>
      server.call('admin.updateUser', { userId, role: 'administrator' }, ada)
    await Promise.all([promote(hal.userId), promote(jo.userId)])
    await demote(ada.userId, ada)
    await Promise.all([demote(hal.userId, jo), demote(jo.userId, hal)])
    const left = await server.sql<{ userName: string; userId: TestPerson['userId'] }[]>`
      select user_name as "userName" from user_account where role = 'administrator' and active`
    expect(left).toHaveLength(1)
    const last = left[0]?.userName === 'hal' ? hal : jo
    await server.call('admin.updateUser', { userId: ada.userId, role: 'administrator' }, last)
  })

  test('ADM-4: a change of somebody is in the audit trail as it was and as it is; none that changes nothing', async () => {
    const kay = await server.member(ada, 'kay')
    const change = (input: { role?: 'administrator' | 'member'; active?: boolean }) =>
      server.call('admin.updateUser', { userId: kay.userId, ...input }, ada)
    await change({ role: 'administrator' })
    await change({ role: 'administrator', active: true })
    await change({ active: false, role: 'member' })
    const { records } = await server.call('audit.read', { limit: 50 }, ada)
    const [member, administrator] = ['member', 'administrator'].map((role) => ({ role, active: true }))
    const about = records.filter(({ action, subject }) => action === 'user.changed' && subject === kay.userId)
    expect(about.map(({ actor, detail }) => ({ actor, detail })).reverse()).toEqual([
      { actor: ada.userId, detail: { before: member, after: administrator } },
      { actor: ada.userId, detail: { before: administrator, after: { role: 'member', active: false } } },
    ])
  })

  test('ADM-1: somebody who is not there cannot be changed, signed out or given a link', async () => {
    const userId = newId<TestPerson['userId']>()
    expect(await server.codeOf('admin.updateUser', { userId, active: false }, ada)).toBe('not-found')
    expect(await server.codeOf('admin.signOutUser', { userId }, ada)).toBe('not-found')
    expect(await server.codeOf('admin.resetPassword', { userId }, ada)).toBe('not-found')
  })

  test('ADM-1: signing somebody out ends all their sessions', async () => {
    const ida = await server.member(ada, 'ida')
    expect(await server.call('admin.signOutUser', { userId: ida.userId }, ada)).toEqual({ closed: 1 })
    expect(await server.codeOf('session.read', {}, ida)).toBe('not-signed-in')
  })
})

describe('settings', () => {
  test('ADM-5: a change holds at once and is audited with the value before and after', async () => {
    const before = await server.call('settings.read', {}, ada)
    const after = await server.call('settings.update', { organisation: 'The Choir', sessionDays: 7 }, ada)
    expect(after).toEqual({ ...before, organisation: 'The Choir', sessionDays: 7 })
    expect((await server.call('server.read', {})).name).toBe('The Choir')
    const { records } = await server.call('audit.read', { limit: 2 }, ada)
    expect(records.map(({ action, subject, detail }) => [action, subject, detail]).sort()).toEqual([
      ['setting.changed', 'organisation', { before: 'Reforms', after: 'The Choir' }],
      ['setting.changed', 'sessionDays', { before: 30, after: 7 }],
    ])
    await server.call('settings.update', { organisation: 'The Choir' }, ada)
    expect((await server.call('audit.read', { limit: 1 }, ada)).records[0]?.number).toBe(records[0]?.number)
  })
})
