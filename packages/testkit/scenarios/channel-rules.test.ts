/** What the moderators of a channel decide for it: who moderates, what newcomers read, how long messages stay. */
import type { Clock } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import { commitChanges, encodeCommitEvidence, policyOf, type MlsGroup } from '@reforms/crypto'
import { uuidV7, type ChannelId } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EvilMember } from '../src/evil-member.ts'
import { startServer, TestPerson, Wire, type PersonOptions, type TestServer } from '../src/index.ts'

const LIMIT = 1000
const DAY_MS = 24 * 60 * 60 * 1000

let server: TestServer
let ana: TestPerson
const people: TestPerson[] = []

const register = async (name: string, options: Partial<PersonOptions> = {}) => {
  const link = people.length === 0 ? server.setupLink : await ana.invite()
  const person = await TestPerson.register(
    { serverUrl: server.url, database: openMemoryDatabase(), ...options },
    link,
    name,
  )
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

async function sees(person: TestPerson, channelId: ChannelId, notice: string): Promise<void> {
  await person.until('timeline', { channelId, limit: LIMIT }, ({ items }) =>
    items.some((item) => item.kind === 'notice' && item.text.includes(notice)),
  )
}

const moderators = async (person: TestPerson, channelId: ChannelId, count: number) => {
  const view = await person.until(
    'channel',
    { channelId },
    (channel) => channel?.members.filter(({ moderator }) => moderator).length === count,
  )
  return view!.members.filter(({ moderator }) => moderator).map(({ displayName }) => displayName)
}

it('POL-2, POL-10: moderators make and unmake moderators, everybody is told, and one always stays', async () => {
  const ben = await register('Ben')
  const carla = await register('Carla')
  const [benId, carlaId, anaId] = [await ben.me(), await carla.me(), await ana.me()]
  const channelId = await ana.createChannel('Ward 3', 'private', [benId, carlaId])
  await Promise.all([ben.isIn(channelId), carla.isIn(channelId)])
  const make = (by: TestPerson, userId: typeof benId, moderates: boolean) =>
    by.do('channel.changePolicy', { channelId, moderator: { userId, moderates } })

  await expect(make(ben, benId, true)).rejects.toThrow('Only moderators')
  await expect(make(ana, anaId, false)).rejects.toThrow('at least one moderator')
  await make(ana, benId, true)
  for (const person of [ana, ben, carla]) {
    expect(await moderators(person, channelId, 2)).toEqual(['Ana', 'Ben'])
    await sees(person, channelId, 'Ana made Ben moderator')
  }
  await make(ben, anaId, false)
  expect(await moderators(carla, channelId, 1)).toEqual(['Ben'])
  await sees(carla, channelId, 'Ben took the moderator’s role from Ana')
  const view = await ana.until('channel', { channelId }, (channel) => channel?.namedModerator === false)
  expect(view?.iAmModerator).toBe(false)
  await expect(ana.do('channel.removeMember', { channelId, userId: carlaId })).rejects.toMatchObject({
    problem: { code: 'forbidden' },
  })
  // The last one leaves once somebody else moderates.
  await expect(ben.do('channel.leave', { channelId })).rejects.toThrow('only moderator')
  await make(ben, carlaId, true)
  await moderators(ben, channelId, 2)
  await ben.do('channel.leave', { channelId })
  await ana.until('channel', { channelId }, (channel) => channel?.members.length === 2)
  expect(await moderators(ana, channelId, 1)).toEqual(['Carla'])
  const records = await ana.do('audit.read', { limit: 50 })
  expect(records.some(({ action, actor }) => action === 'channel.policy-changed' && actor === benId)).toBe(
    true,
  )
})

it('POL-2: a member who is no moderator cannot make themself one, whatever their client commits', async () => {
  const database = openMemoryDatabase()
  const evil = await register('Evan', { database })
  const channelId = await ana.createChannel('Ward 4', 'private', [await evil.me()])
  await evil.isIn(channelId)
  await evil.until('channel', { channelId }, (channel) => channel?.members.length === 2)
  await evil.leave()
  const member = new EvilMember(database, server.url)
  const own = async (group: MlsGroup) => {
    const policy = policyOf(group)
    return commitChanges({
      group,
      adds: [],
      removes: [],
      policy: { ...policy, moderators: [] },
      authenticatedData: encodeCommitEvidence({ admissions: [], proofs: [] }),
      now: Date.now(),
    })
  }
  await expect(member.commit(channelId, own)).rejects.toThrow()
  await ana.say(channelId, 'Still here')
  await ana.hears(channelId, 'Still here')
  expect(await moderators(ana, channelId, 1)).toEqual(['Ana'])
})

it('EPO-5, POL-10: the rule for newcomers decides what they are given, from the commit on that changes it', async () => {
  const [dora, emil] = [await register('Dora'), await register('Emil')]
  const channelId = await ana.createChannel('Ward 5', 'private')
  await ana.say(channelId, 'Before anybody came')
  await ana.hears(channelId, 'Before anybody came')
  await ana.do('channel.addMembers', { channelId, people: [await dora.me()] })
  await dora.isIn(channelId)
  await ana.say(channelId, 'Dora is here')
  await dora.hears(channelId, 'Dora is here')
  expect(await dora.texts(channelId)).toEqual(['Dora is here'])
  await dora.until('channel', { channelId }, (channel) => channel?.beganBefore === true)

  await ana.do('channel.changePolicy', { channelId, history: 'all' })
  await sees(dora, channelId, 'they can read everything from the beginning')
  await ana.do('channel.addMembers', { channelId, people: [await emil.me()] })
  await emil.hears(channelId, 'Before anybody came')
  await emil.hears(channelId, 'Dora is here')

  await ana.do('channel.changePolicy', { channelId, history: 'joining' })
  await sees(emil, channelId, 'they can read only what is written after they join')
  const finn = await register('Finn')
  await ana.do('channel.addMembers', { channelId, people: [await finn.me()] })
  await finn.isIn(channelId)
  await ana.say(channelId, 'Finn is here')
  await finn.hears(channelId, 'Finn is here')
  expect(await finn.texts(channelId)).toEqual(['Finn is here'])
})

it('LOG-16, LOG-19: messages disappear from every device after the days that the policy names, and are not called withheld', async () => {
  const gina = await register('Gina')
  const database = openMemoryDatabase()
  const hana = await register('Hana', { database })
  const channelId = await gina.createChannel('Ward 6', 'private', [await hana.me()])
  await hana.isIn(channelId)
  await gina.say(channelId, 'The diagnosis of bed four')
  const { seq = 0 } = await gina.hears(channelId, 'The diagnosis of bed four')
  await hana.hears(channelId, 'The diagnosis of bed four')
  await gina.do('message.edit', { channelId, seq, text: 'The diagnosis of bed five' })
  await hana.hears(channelId, 'The diagnosis of bed five')
  await gina.do('channel.changePolicy', { channelId, retentionDays: 1 })
  await sees(hana, channelId, 'they are erased after one day')
  expect(await hana.texts(channelId)).toEqual(['The diagnosis of bed five'])
  await hana.leave()

  const ahead = await TestPerson.open({ serverUrl: server.url, database, clock: aheadBy(2 * DAY_MS) })
  await ahead.online()
  await ahead.say(channelId, 'This clock is wrong')
  await gina.hears(channelId, 'This clock is wrong')
  expect(await ahead.texts(channelId)).toContain('The diagnosis of bed five')
  await ahead.leave()

  const nowhere = { serverUrl: 'http://127.0.0.1:9', database }
  const offline = await TestPerson.open({ ...nowhere, clock: aheadBy(4 * DAY_MS, QUICKER) })
  await offline.until('timeline', { channelId, limit: LIMIT }, ({ items }) => items.every(isNoMessage))
  await offline.leave()

  const later = await TestPerson.open({ serverUrl: server.url, database })
  people.push(later)
  await later.until('timeline', { channelId, limit: LIMIT }, ({ items }) => items.every(isNoMessage))
  const found = await later.until('search', { text: 'diagnosis', limit: 10 }, ({ asked }) => asked)
  expect(found.results).toEqual([])
  const held = database.all("SELECT content, payload FROM entry WHERE channel_id = ? AND kind = 'message'", [
    channelId,
  ])
  expect(held.map(({ content, payload }) => [content, payload])).toEqual(held.map(() => [null, null]))
  await later.online()
  const { items } = await later.until('timeline', { channelId, limit: LIMIT }, ({ loading }) => !loading)
  expect(items.some((item) => item.kind === 'notice' && item.text.includes('does not give out'))).toBe(false)
})

const isNoMessage = ({ kind }: { kind: string }) => kind !== 'message'

/** How much sooner a device that waits in vain for its server is done with it. */
const QUICKER = 30

const aheadBy = (ms: number, quicker = 1): Clock => ({
  now: () => Date.now() + ms,
  after: (afterMs, work) => {
    const timer = setTimeout(work, afterMs / quicker)
    return () => clearTimeout(timer)
  },
})

it('CH-11, CH-12, REL-5: where only moderators write others react and answer in threads; what a lying client sends is refused, or shown as what it is', async () => {
  const ivan = await register('Ivan')
  const database = openMemoryDatabase()
  const evil = await register('Evelyn', { database })
  const channelId = await ivan.createChannel('News', 'private', [await evil.me()])
  await evil.isIn(channelId)
  await ivan.do('channel.describe', {
    channelId,
    description: 'What everybody has to know',
    writers: 'moderators',
  })
  await ivan.say(channelId, 'The lift is out of order')
  const { seq = 0 } = await evil.hears(channelId, 'The lift is out of order')
  await evil.until('channel', { channelId }, (channel) => channel?.writers === 'moderators')
  await sees(evil, channelId, 'a channel for announcements')

  await expect(evil.say(channelId, 'No')).rejects.toThrow('Only moderators write')
  await expect(evil.do('message.pin', { channelId, seq, on: true })).rejects.toThrow('Only moderators write')
  await expect(evil.do('channel.rename', { channelId, name: 'Mine', topic: '' })).rejects.toThrow(
    'moderators',
  )
  await evil.do('message.react', { channelId, seq, emoji: '👍', on: true })
  const answers = { as: 'thread' as const, seq }
  await evil.do('message.send', { channelId, text: 'Since when?', files: [], answers })
  await ivan.until('timeline', { channelId, limit: LIMIT }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.thread?.count === 1 && item.reactions?.length === 1),
  )

  await evil.leave()
  const member = new EvilMember(database, server.url)
  const [text, target] = [
    { text: 'Shown to everybody', ...member.honest() },
    { to: await placeOf(ivan, channelId, seq) },
  ]
  await expect(member.say(channelId, { type: 'text', ...text })).rejects.toMatchObject({ code: 'forbidden' })
  await member.say(channelId, { type: 'reply', ...text, ...target }, { relatesTo: seq })
  await member.say(channelId, { type: 'thread', inChannel: true, ...text, ...target }, { relatesTo: seq })
  await member.say(channelId, { type: 'text', ...text }, { relatesTo: seq })
  const nothing = { to: { ...target.to, clientId: uuidV7(Date.now(), randomBytes(10)) } }
  await member.say(channelId, { type: 'thread', inChannel: false, ...text, ...nothing }, { relatesTo: seq })
  await member.say(channelId, { type: 'pin', on: true, ...target, ...member.honest() }, { relatesTo: seq })
  const settings = { type: 'settings', name: 'Evelyn’s', topic: '', ...member.honest() }
  await member.say(channelId, settings, { relatesTo: seq })
  const about = { type: 'about', description: '', writers: 'members', ...member.honest() }
  await member.say(channelId, about, { relatesTo: seq })
  await ivan.say(channelId, 'It works again')
  const again = await TestPerson.restore({ serverUrl: server.url }, 'Ivan', ivan.phrase)
  people.push(again)
  for (const person of [ivan, again]) {
    await person.hears(channelId, 'It works again')
    const shown = await person.until('timeline', { channelId, limit: LIMIT }, ({ loading }) => !loading)
    const said = shown.items.flatMap((item) => (item.kind === 'message' ? [item.text] : []))
    expect(said.filter((words) => words !== 'Shown to everybody')).toEqual([
      'The lift is out of order',
      'It works again',
    ])
  }
  expect(await ivan.texts(channelId)).toEqual(['The lift is out of order', 'It works again'])
  await sees(ivan, channelId, 'Evelyn wrote here, where only moderators do')
  const view = await ivan.until('channel', { channelId }, (channel) => channel !== undefined)
  expect(view).toMatchObject({
    name: 'News',
    writers: 'moderators',
    description: 'What everybody has to know',
  })
  const pins = await ivan.until('pins', { channelId }, () => true)
  expect(pins.items).toEqual([])

  const jana = await register('Jana')
  await ivan.do('channel.addMembers', { channelId, people: [await jana.me()] })
  await jana.until('channel', { channelId }, (channel) => channel?.writers === 'moderators')
  await ivan.do('channel.describe', { channelId, writers: 'members' })
  await jana.until('channel', { channelId }, (channel) => channel?.writers === 'members')
  await jana.say(channelId, 'Thank you')
  await ivan.hears(channelId, 'Thank you')
})

/** As a message is named by what relates to it. */
async function placeOf(person: TestPerson, channelId: ChannelId, seq: number) {
  const { items } = await person.until('timeline', { channelId, limit: LIMIT }, ({ loading }) => !loading)
  const item = items.find((each) => each.seq === seq)
  return { seq, clientId: item!.key }
}

it('CH-12, ENG-10: what waited to be sent when a channel became one for announcements fails with words, and holds nothing up', async () => {
  const lea = await register('Lea')
  const wire = await Wire.open()
  wire.leadTo(server.url)
  const mia = await TestPerson.register({ serverUrl: wire.url }, await ana.invite(), 'Mia')
  people.push(mia)
  const channelId = await lea.createChannel('Canteen', 'private', [await mia.me()])
  await mia.isIn(channelId)
  await lea.say(channelId, 'Soup today')
  const { seq = 0 } = await mia.hears(channelId, 'Soup today')
  wire.cut()
  await mia.do('message.send', { channelId, text: 'With bread?', files: [] })
  await mia.do('message.react', { channelId, seq, emoji: '👍', on: true })
  await lea.do('channel.describe', { channelId, writers: 'moderators' })
  await sees(lea, channelId, 'a channel for announcements')
  wire.mend()
  await mia.until('timeline', { channelId, limit: LIMIT }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.text === 'With bread?' && item.state === 'failed'),
  )
  await lea.until('timeline', { channelId, limit: LIMIT }, ({ items }) =>
    items.some((item) => item.kind === 'message' && item.reactions?.length === 1),
  )
  expect(await lea.texts(channelId)).toEqual(['Soup today'])
  await wire.close()
})

it('EPO-12: under `invited` whoever asks reads what was said since, and whoever is added what is said from then on', async () => {
  const database = openMemoryDatabase()
  const olga = await register('Olga', { database })
  const gus = await TestPerson.register({ serverUrl: server.url }, await ana.invite('guest'), 'Gus')
  const [ida, jan] = [await register('Ida'), await register('Jan')]
  people.push(gus)
  const channelId = await olga.createChannel('Ward 9', 'private', [await gus.me()])
  await gus.isIn(channelId)
  await olga.do('channel.changePolicy', { channelId, history: 'invited' })
  await sees(gus, channelId, 'they can read what is written since they were invited')
  await gus.say(channelId, 'Before Ida asked')
  await olga.hears(channelId, 'Before Ida asked')
  const { secret } = await olga.do('channelLink.create', { channelId, uses: 1, expiresInHours: 1 })

  // Nobody is there who may let her in: guests may not.
  await olga.leave()
  expect(await ida.do('channelLink.ask', { secret })).toEqual({ place: 'asked' })
  // Whom a guest has not met is nobody by name (GUEST-2).
  await sees(gus, channelId, 'Somebody asks to come in')
  await gus.say(channelId, 'While Ida waited')
  await gus.hears(channelId, 'While Ida waited')
  const back = await TestPerson.open({ serverUrl: server.url, database })
  people.push(back)
  await ida.isIn(channelId)
  await ida.hears(channelId, 'While Ida waited')
  await back.say(channelId, 'Ida is here')
  await ida.hears(channelId, 'Ida is here')
  expect(await ida.texts(channelId)).toEqual(['While Ida waited', 'Ida is here'])
  await ida.until('channel', { channelId }, (channel) => channel?.beganBefore === true)

  await back.do('channel.addMembers', { channelId, people: [await jan.me()] })
  await sees(ida, channelId, 'Jan was invited')
  await jan.isIn(channelId)
  await back.say(channelId, 'Jan is here')
  await jan.hears(channelId, 'Jan is here')
  expect(await jan.texts(channelId)).toEqual(['Jan is here'])
})
