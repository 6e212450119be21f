/** Guests: they talk like anybody in what they were let into, and see nothing else. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
const people: TestPerson[] = []

const register = async (name: string, role: 'member' | 'guest' = 'member') => {
  const link = people.length === 0 ? server.setupLink : await ana.invite(role)
  const person = await TestPerson.register({ serverUrl: server.url }, link, name)
  people.push(person)
  return person
}

beforeAll(async () => {
  server = await startServer()
  ana = await register('Ana')
})
afterAll(async () => {
  await Promise.all(people.map((person) => person.leave()))
  await server?.stop()
})

/** Once so many people are known there. */
const namesOf = async (person: TestPerson, count: number) => {
  const known = await person.until('people', {}, ({ length }) => length >= count)
  return known.map(({ displayName }) => displayName).sort()
}

it('GUEST-1, GUEST-2: a guest hears who is in their channel and who was, and knows of nobody else', async () => {
  const [ben, carla] = [await register('Ben'), await register('Carla')]
  const everyone = await ana.createChannel('Everyone')
  const ward = await ana.createChannel('Ward 3', 'private', [await ben.me()])
  await ana.do('channel.changePolicy', { channelId: ward, history: 'all' })
  await ben.isIn(ward)
  await ben.say(ward, 'Said before the guest came')
  await ana.hears(ward, 'Said before the guest came')
  const gia = await register('Gia', 'guest')
  expect(await namesOf(gia, 1)).toEqual(['Gia'])
  await expect(gia.do('channel.browse', { search: '' })).rejects.toMatchObject({
    problem: { code: 'forbidden' },
  })
  await expect(gia.do('channel.join', { channelId: everyone })).rejects.toMatchObject({
    problem: { code: 'not-found' },
  })
  await expect(gia.createChannel('Mine', 'private')).rejects.toMatchObject({ problem: { code: 'forbidden' } })
  // Who wrote has left by the time that the guest reads.
  await ben.do('channel.leave', { channelId: ward })
  await ana.until('channel', { channelId: ward }, (channel) => channel?.members.length === 1)
  await ana.do('channel.addMembers', { channelId: ward, people: [await gia.me()] })
  await gia.isIn(ward)
  const heard = await gia.hears(ward, 'Said before the guest came')
  expect(heard).toMatchObject({ authorName: 'Ben' })
  await gia.say(ward, 'Good morning')
  await ana.hears(ward, 'Good morning')
  expect(await namesOf(gia, 3)).toEqual(['Ana', 'Ben', 'Gia'])
  const shown = await ana.until('channel', { channelId: ward }, (channel) => channel?.members.length === 2)
  expect(shown?.members.map(({ displayName, role }) => `${displayName} ${role}`)).toEqual([
    'Ana administrator',
    'Gia guest',
  ])
  await expect(
    gia.do('channel.addMembers', { channelId: ward, people: [await carla.me()] }),
  ).rejects.toBeDefined()
  await expect(
    ana.do('channel.changePolicy', {
      channelId: ward,
      moderator: { userId: await gia.me(), moderates: true },
    }),
  ).rejects.toMatchObject({ problem: { code: 'forbidden' } })
  // A guest answers in a conversation that somebody begins with them, and begins none.
  const toAna = { people: [await ana.me()] }
  await expect(gia.do('channel.openDirect', toAna)).rejects.toMatchObject({ problem: { code: 'forbidden' } })
  const { channelId } = await ana.do('channel.openDirect', { people: [await gia.me()] })
  await gia.isIn(channelId)
  expect(await gia.do('channel.openDirect', toAna)).toEqual({ channelId })
})

it('GUEST-1, CH-12: whoever is made a guest writes no announcements, though the policy names them', async () => {
  const dora = await register('Dora')
  const userId = await dora.me()
  const news = await ana.createChannel('News', 'private', [userId])
  await dora.isIn(news)
  await ana.do('channel.changePolicy', { channelId: news, moderator: { userId, moderates: true } })
  await ana.do('channel.describe', { channelId: news, writers: 'moderators' })
  await dora.until('channel', { channelId: news }, (channel) => channel?.namedModerator === true)
  await dora.until('channel', { channelId: news }, (channel) => channel?.writers === 'moderators')
  await dora.say(news, 'As a moderator')
  await ana.hears(news, 'As a moderator')
  await ana.do('admin.updateUser', { userId, role: 'guest' })
  await dora.until('channel', { channelId: news }, (channel) => channel?.iAmGuest === true)
  await expect(dora.say(news, 'As a guest')).rejects.toThrow('Only moderators write')
})
