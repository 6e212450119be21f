/**
 * A member whose commits nobody can follow, though the server finds nothing wrong with them. The channel goes on within seconds,
 * without them where its policy can keep them out, and it is said who it was. docs/threat-model.md, "A malicious member".
 */
import { openMemoryDatabase } from '@reforms/client/node'
import {
  commitLeadingNowhere,
  commitNobodyOpens,
  commitWithFalseEntrance,
  commitWithFalseKeys,
  commitWithLongKey,
  commitWithLongLeaf,
} from '@reforms/crypto/testing'
import type { ChannelId, UserId } from '@reforms/protocol'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, EvilMember, LyingServer, startServer, TestPerson, type TestServer } from '../src/index.ts'

/** How long a commit may cost a channel at most, on a slow machine. */
const SECONDS_MS = 20_000
const NOBODY = 'Eve made a change to this channel that nobody can go along with, so this device did not.'
const NOT_AGAIN = 'Eve was in this channel before its encryption was begun anew, and was not added again.'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let ids: { ana: UserId; ben: UserId; eve: UserId }
let evesDevice: TestPerson
let eve: EvilMember
/** They lie but once, and tell what the server has. */
const [atAnas, atBens] = [new LyingServer(), new LyingServer()]
const anas = openMemoryDatabase()
const eves = openMemoryDatabase()

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  const atHers = { ...options, database: anas, between: atAnas.between }
  ana = await TestPerson.register(atHers, server.setupLink, 'Ana')
  ben = await TestPerson.register({ ...options, between: atBens.between }, await ana.invite(), 'Ben')
  evesDevice = await TestPerson.register({ ...options, database: eves }, await ana.invite(), 'Eve')
  ids = { ana: await ana.me(), ben: await ben.me(), eve: await evesDevice.me() }
  eve = new EvilMember(eves, server.url)
})
beforeEach(async () => {
  await evesDevice.leave()
  evesDevice = await TestPerson.open({ serverUrl: server.url, database: eves })
  await evesDevice.online()
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave(), evesDevice?.leave()])
  await server?.stop()
})

async function talk(channelId: ChannelId, words: string, people: TestPerson[]): Promise<void> {
  for (const [at, person] of people.entries()) {
    await person.say(channelId, `${words} ${at}`)
    await Promise.all(people.map((each) => each.hears(channelId, `${words} ${at}`)))
  }
}

const generationOf = async (channelId: ChannelId) =>
  (await atBens.ask('channel.read', { channelId })).channel.generation

const membersAre = (person: TestPerson, channelId: ChannelId, names: string) =>
  person.until('channel', { channelId }, (view) => {
    return view?.members.map((each) => each.displayName).join(', ') === names
  })

const warned = (person: TestPerson, channelId: ChannelId, words: string) =>
  person.until(
    'channel',
    { channelId },
    (view) => view?.warnings.some((each) => each.includes(words)) === true,
    SECONDS_MS,
  )

/** All three, and whoever else there is, are in and have talked, and Eve’s honest program is closed. */
async function ward(name: string, cleo?: TestPerson): Promise<ChannelId> {
  const others = cleo ? [ids.ben, ids.eve, await cleo.me()] : [ids.ben, ids.eve]
  const channelId = await ana.createChannel(name, 'private', others)
  await Promise.all([ben, evesDevice, ...(cleo ? [cleo] : [])].map((person) => person.isIn(channelId)))
  await membersAre(ana, channelId, cleo ? 'Ana, Ben, Cleo, Eve' : 'Ana, Ben, Eve')
  await talk(channelId, 'Before', [ana, ben, evesDevice])
  await evesDevice.leave()
  return channelId
}

describe('a member whose commit nobody can follow', () => {
  it('GEN-2, GEN-4: by its confirmation tag: the channel begins anew within seconds, without them, and it is said', async () => {
    const channelId = await ward('Nowhere')
    await eve.commit(channelId, commitLeadingNowhere)
    const began = Date.now()
    await talk(channelId, 'Still here', [ben, ana])
    expect(Date.now() - began).toBeLessThan(SECONDS_MS)
    expect(await generationOf(channelId)).toBe(2)
    for (const person of [ana, ben]) {
      await membersAre(person, channelId, 'Ana, Ben')
      await warned(person, channelId, NOBODY)
      await warned(person, channelId, NOT_AGAIN)
      expect(await person.texts(channelId)).toContain('Before 2')
    }
    expect(await codeOf(eve.transport.call('channel.read', { channelId }, 'http'))).toBe('not-found')
    // It may have been her program: who moderates takes her in again, and the channel is one.
    await ana.do('channel.addMembers', { channelId, people: [ids.eve] })
    evesDevice = await TestPerson.open({ serverUrl: server.url, database: eves })
    await Promise.all([ana, ben].map((person) => membersAre(person, channelId, 'Ana, Ben, Eve')))
    await talk(channelId, 'All again', [ana, ben, evesDevice])
  })

  it.each([
    ['path secrets', commitNobodyOpens],
    ['keys, which its path secrets do not give', commitWithFalseKeys],
  ])(
    'GEN-3: by its %s: each device comes in again by itself, within seconds, and it is said',
    async (by, make) => {
      const channelId = await ward(`Closed by ${by}`)
      await eve.commit(channelId, make)
      const began = Date.now()
      await talk(channelId, 'Still here', [ben, ana])
      expect(Date.now() - began).toBeLessThan(SECONDS_MS)
      expect(await generationOf(channelId)).toBe(1)
      for (const person of [ana, ben])
        await warned(person, channelId, 'A change to this channel did not verify')
    },
  )

  it('GEN-3, GEN-8: by the key by which others enter, where nobody is about: who has entered and who was in find each other', async () => {
    const channelId = await ana.createChannel('Open house', 'public')
    await evesDevice.do('channel.join', { channelId })
    await evesDevice.isIn(channelId)
    await talk(channelId, 'Before', [ana, evesDevice])
    await Promise.all([ana.leave(), evesDevice.leave()])
    await eve.commit(channelId, commitWithFalseEntrance)
    await ben.do('channel.join', { channelId })
    await ben.isIn(channelId)
    await ben.say(channelId, 'Is anybody there?')
    ana = await TestPerson.open({ serverUrl: server.url, database: anas, between: atAnas.between })
    await ana.online()
    const began = Date.now()
    await talk(channelId, 'Both here', [ana, ben])
    expect(Date.now() - began).toBeLessThan(SECONDS_MS)
    await ana.hears(channelId, 'Is anybody there?')
    expect(await ana.texts(channelId)).toContain('Before 1')
    await warned(ana, channelId, 'A change to this channel did not verify')
  })

  it('GEN-3, GEN-6: while nobody is about who may found: the others come in again, and who moderates follows them', async () => {
    const channelId = await ward('Alone')
    await ana.leave()
    await eve.commit(channelId, commitLeadingNowhere)
    await ben.say(channelId, 'Is anybody there?')
    await ben.hears(channelId, 'Is anybody there?')
    ana = await TestPerson.open({ serverUrl: server.url, database: anas, between: atAnas.between })
    await ana.hears(channelId, 'Is anybody there?')
    await talk(channelId, 'Both here', [ana, ben])
    expect(await generationOf(channelId)).toBe(1)
    await warned(ana, channelId, NOBODY)
  })

  it('GEN-4, ENG-3: whoever has begun it anew is gone before they have added anybody: they do so when they are there again, before they say anything', async () => {
    const channelId = await ward('Gone')
    atAnas.refusals.set('turn.take', 'unavailable')
    await eve.commit(channelId, commitLeadingNowhere)
    const asked = () => codeOf(eve.transport.call('channel.read', { channelId }, 'http'))
    await expect.poll(asked, { timeout: SECONDS_MS }).toBe('not-found')
    await ana.leave()
    await atAnas.tellTruth()
    ana = await TestPerson.open({ serverUrl: server.url, database: anas, between: atAnas.between })
    const began = Date.now()
    await talk(channelId, 'Both here', [ana, ben])
    expect(Date.now() - began).toBeLessThan(SECONDS_MS)
    expect(await generationOf(channelId)).toBe(2)
  })

  it('GEN-4: whoever begins it anew says nothing before the last of the others is in again, however many turns that takes', async () => {
    const cleo = await TestPerson.register({ serverUrl: server.url }, await ana.invite(), 'Cleo')
    const channelId = await ward('Many', cleo)
    // As where more wait than one turn adds.
    atAnas.lies['turn.take'] = (turn) => ({ ...turn, adds: turn.adds.slice(0, 1) })
    await eve.commit(channelId, commitLeadingNowhere)
    await ana.say(channelId, 'First words')
    await Promise.all([ben, cleo].map((person) => person.hears(channelId, 'First words')))
    expect(await generationOf(channelId)).toBe(2)
    await atAnas.tellTruth()
    await cleo.leave()
  })

  it('LIM-5, GEN-3: where who moderates has founded too often: the channel does not wait until they may again', async () => {
    const channelId = await ward('Often')
    atAnas.refusals.set('log.found', 'rate-limited')
    await eve.commit(channelId, commitLeadingNowhere)
    const began = Date.now()
    await talk(channelId, 'Still here', [ben, ana])
    expect(Date.now() - began).toBeLessThan(SECONDS_MS)
    expect(await generationOf(channelId)).toBe(1)
    await atAnas.tellTruth()
  })

  it('LIM-6: by what would fill the tree, or what nobody could encrypt to: it is refused, and all go on', async () => {
    const channelId = await ward('Filled')
    for (const make of [commitWithLongLeaf, commitWithLongKey])
      expect(await codeOf(eve.commit(channelId, make))).toBe('commit-refused')
    await talk(channelId, 'Still here', [ben, ana])
  })

  it('GEN-2, GEN-5: in a direct channel, where either may found: it begins anew, and is as it was', async () => {
    const { channelId } = await ana.do('channel.openDirect', { people: [ids.ben, ids.eve] })
    await Promise.all([ana, ben, evesDevice].map((person) => person.isIn(channelId)))
    await membersAre(ben, channelId, 'Ana, Ben, Eve')
    await evesDevice.leave()
    await eve.commit(channelId, commitLeadingNowhere)
    await talk(channelId, 'Between us', [ben, ana])
    expect(await generationOf(channelId)).toBe(2)
    await warned(ben, channelId, NOBODY)
    evesDevice = await TestPerson.open({ serverUrl: server.url, database: eves })
    await talk(channelId, 'All again', [ana, ben, evesDevice])
  })
})
