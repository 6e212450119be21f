import { limits, type TeamId } from '@reforms/protocol'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startTestServer, type TestPerson, type TestServer } from '../../testing.ts'

const HOUR_MS = 3_600_000
/** Enough to come as far as one comes. */
const HELD_UP_MS = 1000

let server: TestServer
let ada: TestPerson
let ben: TestPerson

beforeAll(async () => {
  server = await startTestServer({ limits: { teamChangesPerHour: 3 * limits.TEAMS_MAX } })
  ada = await server.administrator()
  ben = await server.member(ada, 'ben')
})
afterAll(() => server.stop())

const team = (handle: string, members: TestPerson[] = []) => ({
  teamId: newId<TeamId>(),
  handle,
  name: handle.toUpperCase(),
  members: members.map(({ userId }) => userId),
})
const letMake = (teams: 'everyone' | 'administrators') => server.call('settings.update', { teams }, ada)

test('TEAM-1: administrators make teams, and members where the settings say so; each changes their own', async () => {
  const nurses = team('nurses', [ben])
  expect(await server.codeOf('team.create', nurses, ben)).toBe('forbidden')
  expect(await server.codeOf('team.create', nurses, ada)).toBe('done')
  const { teams } = await server.call('team.list', {}, ben)
  expect(teams).toEqual([{ ...nurses, createdBy: ada.userId }])
  await letMake('everyone')
  const cooks = team('cooks')
  expect(await server.codeOf('team.create', cooks, ben)).toBe('done')
  await letMake('administrators')
  const members = [ada.userId]
  expect(await server.codeOf('team.update', { teamId: nurses.teamId, members }, ben)).toBe('forbidden')
  expect(await server.codeOf('team.delete', { teamId: nurses.teamId }, ben)).toBe('forbidden')
  expect(await server.codeOf('team.update', { teamId: cooks.teamId, members }, ben)).toBe('done')
  expect(await server.codeOf('team.delete', { teamId: cooks.teamId }, ada)).toBe('done')
  expect(await server.codeOf('team.delete', { teamId: cooks.teamId }, ada)).toBe('not-found')
  await server.call('team.update', { teamId: nurses.teamId, handle: 'ward.3', members }, ada)
  expect((await server.call('team.list', {}, ben)).teams).toMatchObject([{ handle: 'ward.3', members }])
  const { records } = await server.call('audit.read', { limit: 20 }, ada)
  const seen = records.map(({ action, subject }) => `${action} ${subject ?? ''}`)
  expect(seen).toEqual(
    expect.arrayContaining(['team.created nurses', 'team.changed ward.3', 'team.deleted cooks']),
  )
})

test('TEAM-2: a handle is nobody’s user name and no other team’s, whoever comes first', async () => {
  await server.call('team.create', team('porters'), ada)
  for (const handle of ['ben', 'porters', 'channel'])
    expect(await server.codeOf('team.create', team(handle), ada)).toBe('name-taken')
  const { url } = await server.call(
    'invitation.create',
    { role: 'member', uses: 9, expiresInHours: 1, note: '' },
    ada,
  )
  const token = url.slice(url.lastIndexOf('/') + 1)
  const check = { token, userName: 'porters' }
  expect(await server.call('invitation.check', check)).toMatchObject({ nameFree: false })
  await expect(server.register('porters', token)).rejects.toMatchObject({ code: 'name-taken' })
  const other = team('drivers')
  await server.call('team.create', other, ada)
  const taken = { teamId: other.teamId, handle: 'porters' }
  expect(await server.codeOf('team.update', taken, ada)).toBe('name-taken')
})

/** Until a transaction that has come there goes no further. */
async function holdUp(
  table: 'team_member' | 'key_log_entry',
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
) {
  return server.sql.begin(async (transaction) => {
    await transaction`lock table ${transaction(table)} in exclusive mode`
    const begun = first()
    await pause(HELD_UP_MS)
    const next = second()
    await pause(HELD_UP_MS)
    return { both: Promise.allSettled([begun, next]) }
  })
}

test('TEAM-2: nor where a team and a user take one name at the same time', async () => {
  const { url } = await server.call(
    'invitation.create',
    { role: 'member', uses: 9, expiresInHours: 1, note: '' },
    ada,
  )
  const token = url.slice(url.lastIndexOf('/') + 1)
  const [register, create] = [
    (name: string) => () => server.register(name, token),
    (name: string) => () => server.call('team.create', team(name, [ada]), ada),
  ]
  const teamFirst = await holdUp('team_member', create('cleaners'), register('cleaners'))
  const userFirst = await holdUp('key_log_entry', register('painters'), create('painters'))
  for (const { both } of [teamFirst, userFirst])
    expect(await both).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'name-taken' } },
    ])
})

test('LIM-5, TEAM-1: who changes teams again and again is stopped for a while, and others are not', async () => {
  const clocked = await startTestServer({ limits: { teamChangesPerHour: 3 } })
  const ana = await clocked.administrator()
  const bea = await clocked.member(ana, 'bea', 'administrator')
  const [changed, refused] = [team('changed'), team('refused')]
  const rename = (name: string, person: TestPerson) =>
    clocked.codeOf('team.update', { teamId: changed.teamId, name }, person)
  expect(await clocked.codeOf('team.create', changed, ana)).toBe('done')
  expect(await rename('Second', ana)).toBe('done')
  expect(await clocked.codeOf('team.create', { ...refused, handle: 'changed' }, ana)).toBe('name-taken')
  expect(await rename('Third', ana)).toBe('done')
  expect(await rename('Fourth', ana)).toBe('rate-limited')
  expect(await clocked.codeOf('team.create', refused, ana)).toBe('rate-limited')
  expect(await clocked.codeOf('team.delete', { teamId: changed.teamId }, ana)).toBe('rate-limited')
  expect(await rename('Fifth', bea)).toBe('done')
  clocked.clock.now += HOUR_MS / 3
  expect(await rename('Sixth', ana)).toBe('done')
  await clocked.stop()
})

test('TEAM-1: strangers are nobody’s team, and teams have an end', async () => {
  const unknown = { ...team('ghosts'), members: [newId<TestPerson['userId']>()] }
  expect(await server.codeOf('team.create', unknown, ada)).toBe('not-found')
  const { teams } = await server.call('team.list', {}, ada)
  for (let count = teams.length; count < limits.TEAMS_MAX; count += 1)
    await server.call('team.create', team(`team.${count}`), ada)
  expect(await server.codeOf('team.create', team('one.more'), ada)).toBe('too-many')
})
