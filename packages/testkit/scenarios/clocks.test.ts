/** Clocks that are wrong, of people and of the server: the order stays, everything arrives, and what has expired stays shut. */
import { openMemoryDatabase, systemClock } from '@reforms/client/node'
import { expect, it, onTestFinished } from 'vitest'
import { startServer, TestPerson, tokenOf, whyNotWrongClock, WrongClock } from '../src/index.ts'

const HOUR_MS = 3_600_000
const wrong = whyNotWrongClock()

const clockAhead = (ms: number) => ({ ...systemClock, now: () => systemClock.now() + ms })

it('EPO-3, LOG-1: people whose clocks are an hour behind and a day ahead talk in one order, and a day ahead renews once', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  const options = { serverUrl: server.url }
  const database = openMemoryDatabase()
  const ana = await TestPerson.register({ ...options, database }, server.setupLink, 'Ana')
  const behind = { ...options, clock: clockAhead(-HOUR_MS) }
  const ben = await TestPerson.register(behind, await ana.invite(), 'Ben')
  const ahead = { ...options, clock: clockAhead(26 * HOUR_MS) }
  const carla = await TestPerson.register(ahead, await ana.invite(), 'Carla')
  const all = [ana, ben, carla]
  onTestFinished(() => Promise.all(all.map((person) => person.leave())).then(() => undefined))
  const channelId = await ana.createChannel('Ward', 'private', [await ben.me(), await carla.me()])
  await Promise.all(all.map((person) => person.isIn(channelId)))
  await ana.until('channel', { channelId }, (channel) => channel?.members.length === 3)
  const carlaId = await carla.me()
  const commits = () =>
    database.all("SELECT seq FROM entry WHERE channel_id = ? AND kind = 'commit' AND sender_user = ?", [
      channelId,
      carlaId,
    ]).length
  const before = commits()
  const said: string[] = []
  for (const round of [1, 2, 3]) {
    for (const [at, speaker] of all.entries()) {
      const text = `Round ${round}, by ${at + 1}`
      said.push(text)
      await speaker.say(channelId, text)
      await Promise.all(all.map((person) => person.hears(channelId, text)))
    }
  }
  for (const person of all) expect(await person.texts(channelId)).toEqual(said)
  // One renewal, and an external commit where its Welcome came late.
  expect(commits() - before).toBeLessThanOrEqual(2)
})

it.skipIf(wrong)(
  `LOG-1, TURN-1: the server’s clock is an hour ahead, behind, half as fast again: the order stays, changes go through, links expire${wrong ? ` (${wrong})` : ''}`,
  async () => {
    const clock = new WrongClock()
    onTestFinished(() => clock.close())
    const server = await startServer({ env: clock.env })
    onTestFinished(() => server.stop())
    const options = { serverUrl: server.url }
    const ana = await TestPerson.register(options, server.setupLink, 'Ana')
    const ben = await TestPerson.register(options, await ana.invite(), 'Ben')
    const carla = await TestPerson.register(options, await ana.invite(), 'Carla')
    const all = [ana, ben, carla]
    onTestFinished(() => Promise.all(all.map((person) => person.leave())).then(() => undefined))
    const channelId = await ana.createChannel('Ward', 'private', [await ben.me()])
    await ben.isIn(channelId)
    const link = await ana.invite()
    const said: string[] = []
    for (const setting of ['+1h', '-1h', '+0 x1.5', '-2h', '+0s']) {
      clock.set(setting)
      const text = `With the clock at ${setting}`
      said.push(text)
      await ana.say(channelId, text)
      await ben.hears(channelId, text)
      // A turn that was given before the clock was set back would last for hours.
      await ana.do('channel.addMembers', { channelId, people: [await carla.me()] })
      await carla.isIn(channelId)
      await ana.do('channel.removeMember', { channelId, userId: await carla.me() })
      await ana.until('channel', { channelId }, (channel) => channel?.members.length === 2)
    }
    for (const person of [ana, ben]) expect(await person.texts(channelId)).toEqual(said)
    await expect(ben.do('link.check', { token: tokenOf(link) })).resolves.toBeDefined()
    clock.set('+2h')
    await expect(ben.do('link.check', { token: tokenOf(link) })).rejects.toThrow('not valid any more')
  },
)
