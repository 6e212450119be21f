import { limits, type TeamId } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, startTestServer, type TestPerson, type TestServer } from '../../testing.ts'

let server: TestServer
let ada: TestPerson
let ben: TestPerson

beforeAll(async () => {
  server = await startTestServer()
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

test('TEAM-1: strangers are nobody’s team, and teams have an end', async () => {
  const unknown = { ...team('ghosts'), members: [newId<TestPerson['userId']>()] }
  expect(await server.codeOf('team.create', unknown, ada)).toBe('not-found')
  const { teams } = await server.call('team.list', {}, ada)
  for (let count = teams.length; count < limits.TEAMS_MAX; count += 1)
    await server.call('team.create', team(`team.${count}`), ada)
  expect(await server.codeOf('team.create', team('one.more'), ada)).toBe('too-many')
})
