/** Teams: who is called by one handle, whatever the channel. */
import type { TimelineItem } from '@reforms/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let carla: TestPerson
const people = () => [ana, ben, carla].filter(Boolean)

const register = async (name: string, link: string) =>
  TestPerson.register({ serverUrl: server.url }, link, name)

beforeAll(async () => {
  server = await startServer()
  ana = await register('Ana', server.setupLink)
  ben = await register('Ben', await ana.invite())
  carla = await register('Carla', await ana.invite())
})
afterAll(async () => {
  await Promise.all(people().map((person) => person.leave()))
  await server?.stop()
})

const mentionsOf = async (person: TestPerson) => {
  const [item] = await person.until('channels', {}, ([first]) => (first?.unread ?? 0) > 0)
  return item?.mentions
}
const isForMe = (item: TimelineItem) => item.kind === 'message' && item.forMe === true

it('TEAM-1, TEAM-3: a team calls those of it who are in the channel, and the server learns nothing of it', async () => {
  const members = [await ben.me()]
  await ana.do('team.create', { handle: 'nurses', name: 'Nurses', members })
  await ben.until('teams', {}, (teams) => teams[0]?.handle === 'nurses')
  await carla.until('teams', {}, (teams) => teams[0]?.members.length === 1)
  const channelId = await ana.createChannel('Ward 3', 'private', [await ben.me(), await carla.me()])
  await Promise.all([ben.isIn(channelId), carla.isIn(channelId)])
  await ana.say(channelId, 'The rota is out, @nurses.')
  expect(isForMe(await ben.hears(channelId, 'The rota is out, @nurses.'))).toBe(true)
  expect(isForMe(await carla.hears(channelId, 'The rota is out, @nurses.'))).toBe(false)
  expect([await mentionsOf(ben), await mentionsOf(carla)]).toEqual([1, 0])
  await ben.do('list.mute', { channelId, on: true })
  const [muted] = await ben.until('channels', {}, ([item]) => item?.muted === true)
  expect(muted).toMatchObject({ unread: 1, mentions: 1 })
  // Another device of Ben's comes to the same from the log alone.
  const phone = await TestPerson.restore({ serverUrl: server.url }, 'Ben', ben.phrase)
  expect(isForMe(await phone.hears(channelId, 'The rota is out, @nurses.'))).toBe(true)
  await phone.leave()
  await ana.do('team.delete', {
    teamId: (await ana.until('teams', {}, ({ length }) => length === 1))[0]!.teamId,
  })
  await carla.until('teams', {}, ({ length }) => length === 0)
})
