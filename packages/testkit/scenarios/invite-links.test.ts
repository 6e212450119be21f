/** Invite links to a channel: who comes in by one, when, and who does not whatever the server says. */
import { openMemoryDatabase } from '@reforms/client/node'
import { createSigningKeyPair, signChannelLink } from '@reforms/crypto'
import type { ChannelId, Output } from '@reforms/protocol'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LyingServer, startServer, TestPerson, type PersonOptions, type TestServer } from '../src/index.ts'

type Requests = Output<'channelLink.requests'>['requests']

let server: TestServer
let ana: TestPerson
const people: TestPerson[] = []

const register = async (
  name: string,
  { role = 'member', ...options }: Partial<PersonOptions> & { role?: 'member' | 'guest' } = {},
) => {
  const link = people.length === 0 ? server.setupLink : await ana.invite(role)
  const person = await TestPerson.register({ serverUrl: server.url, ...options }, link, name)
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

const linkTo = async (channelId: ChannelId, by = ana, uses = 10) =>
  (await by.do('channelLink.create', { channelId, uses, expiresInHours: 1 })).secret

const askedFor = (person: TestPerson, channelId: ChannelId, name: string) =>
  person.until('timeline', { channelId, limit: 100 }, ({ items }) =>
    items.some((item) => item.kind === 'notice' && item.text.startsWith(`${name} asks`)),
  )

it('LINK-1, LINK-3, LINK-4: whoever opens a link reads the name, asks, and is let in by a member’s device; a guest too', async () => {
  const [ben, gia] = [await register('Ben'), await register('Gia', { role: 'guest' })]
  const ward = await ana.createChannel('Ward 3', 'private')
  await ana.say(ward, 'Before')
  await ana.hears(ward, 'Before')
  const secret = await linkTo(ward)
  for (const person of [ben, gia]) {
    expect(await person.do('channelLink.check', { secret })).toMatchObject({
      ...{ channelId: ward, kind: 'private', name: 'Ward 3', invitedBy: 'Ana', place: 'none' },
    })
    expect(await person.do('channelLink.ask', { secret })).toMatchObject({ place: 'asked' })
    await person.isIn(ward)
  }
  await askedFor(ana, ward, 'Ben')
  await ana.say(ward, 'After')
  for (const person of [ben, gia]) {
    await person.hears(ward, 'After')
    expect(await person.texts(ward)).not.toContain('Before')
  }
  await expect(linkTo(ward, ben)).rejects.toMatchObject({ problem: { code: 'forbidden' } })
  await expect(ben.do('channelLink.check', { secret: 'A'.repeat(43) })).rejects.toMatchObject({
    problem: { code: 'invitation-invalid' },
  })
  // Into a public channel a guest comes by a link only.
  const everyone = await ana.createChannel('Everyone')
  expect(await gia.do('channelLink.ask', { secret: await linkTo(everyone) })).toEqual({ place: 'in' })
  await gia.isIn(everyone)
})

it('LINK-4, LINK-5: who asks while nobody is there is let in once somebody is; a revoked link and an old one let nobody in', async () => {
  const database = openMemoryDatabase()
  const carla = await register('Carla', { database })
  // NAME-3: whose link it is, as a server says that lies.
  const { between: misleading } = new LyingServer({
    'channelLink.check': (truth) => ({ ...truth, invitedBy: '\u202eCarla\n' }),
  })
  const dan = await register('Dan', { between: misleading })
  const [eve, fay] = [await register('Eve'), await register('Fay')]
  const ward = await carla.createChannel('Ward 4', 'private')
  const [secret, revoked] = [await linkTo(ward, carla), await linkTo(ward, carla)]
  const links = await carla.do('channelLink.list', { channelId: ward })
  await carla.do('channelLink.revoke', { channelId: ward, linkId: links[0]!.linkId })
  await expect(dan.do('channelLink.ask', { secret: revoked })).rejects.toMatchObject({
    problem: { code: 'invitation-invalid' },
  })
  await carla.leave()
  expect(await dan.do('channelLink.ask', { secret })).toEqual({ place: 'asked' })
  expect(await dan.do('channelLink.check', { secret })).toMatchObject({
    ...{ place: 'asked', invitedBy: 'Carla' },
  })
  expect((await dan.until('channels', {}, () => true)).map(({ channelId }) => channelId)).not.toContain(ward)

  // Back, with a server that gives what it was asked before, and what nobody of the channel signed.
  const seen = new Map<string, Requests[number]>()
  const forged: Requests = []
  let [added, looked] = [0, 0]
  const lying = new LyingServer({
    'channelLink.requests': ({ requests }) => {
      looked += 1
      for (const request of requests) seen.set(request.userId, request)
      return { requests: [...seen.values(), ...forged] }
    },
    'channel.add': (truth) => {
      added += 1
      return truth
    },
  })
  const back = await TestPerson.open({ serverUrl: server.url, database, between: lying.between })
  people.push(back)
  await back.online()
  await dan.isIn(ward)
  await back.do('channel.removeMember', { channelId: ward, userId: await dan.me() })
  await back.until('channel', { channelId: ward }, (channel) => channel?.members.length === 1)
  await expect(dan.do('channelLink.ask', { secret })).rejects.toMatchObject({
    problem: { code: 'forbidden' },
  })
  expect(await dan.do('channelLink.check', { secret })).toMatchObject({ place: 'was-in' })
  const stranger = createSigningKeyPair((length) => new Uint8Array(randomBytes(length)))
  const statement = await signChannelLink(stranger, {
    ...{ channelId: ward, linkKey: stranger.publicKey, expiry: Date.now() + 1_000_000 },
  })
  forged.push({ ...seen.get(await dan.me())!, statement })
  const before = added
  // Who asks now is let in after the two others were looked at.
  await eve.do('channelLink.ask', { secret })
  await eve.isIn(ward)
  expect(added).toBe(before + 1)
  const shown = await back.until('channel', { channelId: ward }, (channel) => channel?.members.length === 2)
  expect(shown?.members.map(({ displayName }) => displayName).sort()).toEqual(['Carla', 'Eve'])

  // What cannot be done just now is done a little later, though nobody asks again.
  lying.refusals.set('channel.add', 'unavailable')
  const lookedBefore = looked
  await fay.do('channelLink.ask', { secret })
  await expect.poll(() => looked, { timeout: 10_000 }).toBeGreaterThan(lookedBefore)
  await new Promise((resolve) => setTimeout(resolve, 500))
  lying.refusals.clear()
  await fay.isIn(ward)
})
