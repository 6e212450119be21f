import type { Notification } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import type { Beacon, ChannelId } from '@reforms/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'
import { LyingServer } from '../src/lying-server.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let ward: ChannelId
const desk = { database: openMemoryDatabase() }
let second: TestPerson
/** What Ben hears goes through this. */
const liar = new LyingServer()
const heard: Beacon[] = []
liar.retell = (event) => {
  if (event.type === 'beacon') heard.push(event.beacon)
  return [event]
}

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register(options, server.setupLink, 'Ana')
  ben = await TestPerson.register({ ...options, ...desk, between: liar.between }, await ana.invite(), 'Ben')
  ward = await ana.createChannel('Ward 3', 'private', [await ben.me()])
  await ben.isIn(ward)
  second = await TestPerson.restore(options, 'Ana', ana.phrase)
  await second.isIn(ward)
})
afterAll(async () => {
  await Promise.all([ana, ben, second].map((person) => person?.leave()))
  await server?.stop()
})

/** What was pushed has been looked at by then. */
const SETTLED_MS = 500

const holiday = { emoji: '🌴', text: 'On holiday until Monday' }
/** Waits until a person sees what another shows. */
const shows = async (
  viewer: TestPerson,
  of: TestPerson,
  fits: (words: string, quiet: boolean) => boolean,
) => {
  const userId = await of.me()
  await viewer.until('people', {}, (people) => {
    const seen = people.find((person) => person.userId === userId)?.shows
    return fits(seen?.status?.text ?? '', seen?.quietUntil !== undefined)
  })
}
const comeBack = async () => {
  ben = await TestPerson.open({ serverUrl: server.url, ...desk, between: liar.between })
  await ben.online()
}

describe('a status', () => {
  it('STAT-1, STAT-2: stands on one’s other device and with who shares a channel, also once they come back', async () => {
    await ana.do('status.set', { status: holiday })
    await shows(ben, ana, (words) => words === holiday.text)
    await second.until('ownStatus', {}, ({ status }) => status?.emoji === '🌴')
    await ben.leave()
    await second.do('status.set', { status: { emoji: '', text: 'On the ward round' } })
    await second.until('ownStatus', {}, ({ status }) => status?.text === 'On the ward round')
    await comeBack()
    await shows(ben, ana, (words) => words === 'On the ward round')
    await second.do('status.set', {})
    await shows(ben, ana, (words) => words === '')
  })

  it('STAT-3: is seen by who comes in afterwards, and not by a stranger', async () => {
    await ana.do('status.set', { status: holiday })
    await shows(ben, ana, (words) => words === holiday.text)
    const carla = await TestPerson.register({ serverUrl: server.url }, await ana.invite(), 'Carla')
    const before = await carla.until('people', {}, (people) => people.length === 3)
    expect(before.map(({ shows: shown }) => shown)).toEqual([undefined, undefined, undefined])
    await ana.do('channel.addMembers', { channelId: ward, people: [await carla.me()] })
    await carla.isIn(ward)
    await shows(carla, ana, (words) => words === holiday.text)
    await carla.leave()
  })

  it('BCN-3: one that was replaced, altered or put under another name changes nothing', async () => {
    const [anaId, words] = [await ana.me(), 'Back on the ward']
    const old = heard.findLast(({ userId }) => userId === anaId)!
    await ana.do('status.set', { status: { emoji: '🩺', text: words } })
    await shows(ben, ana, (seen) => seen === words)
    const newest = heard.findLast(({ userId }) => userId === anaId)!
    const people = await ben.until('people', {}, (all) => all.length === 3)
    const carlaId = people.find(({ displayName }) => displayName === 'Carla')!.userId
    const payload = newest.payload.map((byte, at) => (at === newest.payload.length - 1 ? byte ^ 1 : byte))
    for (const beacon of [old, { ...newest, userId: carlaId }, { ...old, payload }, { ...newest, payload }])
      liar.push({ type: 'beacon', beacon })
    await sleep(SETTLED_MS)
    const after = await ben.until('people', {}, (all) => all.length === 3)
    const seen = Object.fromEntries(after.map(({ userId, shows: shown }) => [userId, shown?.status?.text]))
    expect(seen).toMatchObject({ [anaId]: words, [carlaId]: undefined })
  })

  it('STAT-2: one whose time is over is not shown', async () => {
    await ana.do('status.set', { status: { ...holiday, until: Date.now() + 2500 } })
    await shows(ben, ana, (words) => words === holiday.text)
    await shows(ben, ana, (words) => words === '')
  })
})

describe('whoever is not to be disturbed', () => {
  it('STAT-4: is told of nothing on any device, is seen as that, and is told again afterwards', async () => {
    const told: [string, Notification][] = []
    const stops = [
      ana.engine.onNotification((each) => told.push(['ana', each])),
      second.engine.onNotification((each) => told.push(['second', each])),
    ]
    await ana.do('quiet.set', { until: Date.now() + 3_600_000 })
    await shows(ben, ana, (_words, quiet) => quiet)
    await second.until(
      'ownStatus',
      {},
      ({ quietUntil, endsByHand }) => quietUntil !== undefined && endsByHand,
    )
    await ben.say(ward, '@ana are you there?')
    for (const device of [ana, second]) await device.hears(ward, '@ana are you there?')
    expect(told).toEqual([])
    await second.do('quiet.set', {})
    await ana.until('ownStatus', {}, ({ quietUntil }) => quietUntil === undefined)
    await shows(ben, ana, (_words, quiet) => !quiet)
    await ben.say(ward, '@ana and now?')
    for (const device of [ana, second]) await device.hears(ward, '@ana and now?')
    expect(told.map(([device, { body }]) => [device, body]).sort()).toEqual([
      ['ana', '@ana and now?'],
      ['second', '@ana and now?'],
    ])
    for (const stop of stops) stop()
  })

  it('STAT-4: may have hours of every week, which others see by themselves', async () => {
    const always = { days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 0, zone: 'UTC' }
    await ana.do('quiet.setHours', { hours: always })
    await shows(ben, ana, (_words, quiet) => quiet)
    await second.until(
      'ownStatus',
      {},
      ({ quietUntil, endsByHand }) => quietUntil !== undefined && !endsByHand,
    )
    await ana.do('quiet.setHours', {})
    await shows(ben, ana, (_words, quiet) => !quiet)
  })
})

describe('what somebody has read', () => {
  const readers = (viewer: TestPerson, fits: (seqs: number[]) => boolean) =>
    viewer.until(
      'readers',
      { channelId: ward },
      (view) => view !== undefined && fits(view.readers.map(({ seq }) => seq)),
    )

  it('RCPT-1: is told to the others, who see the newest once they come back', async () => {
    await ana.say(ward, 'Who has the keys?')
    const { seq } = await ben.hears(ward, 'Who has the keys?')
    await ben.do('channel.markRead', { channelId: ward, seq: seq! })
    await readers(ana, ([read]) => read === seq)
    await ben.leave()
    await ana.say(ward, 'Found them')
    await comeBack()
    const found = await ben.hears(ward, 'Found them')
    await ben.do('channel.markRead', { channelId: ward, seq: found.seq! })
    await readers(second, ([read]) => read === found.seq)
  })

  it('RCPT-2: whoever hides it tells nobody, and is told of nobody', async () => {
    const before = await readers(ana, (seqs) => seqs.length > 0)
    await ben.do('receipts.hide', { hide: true })
    await ben.until('readers', { channelId: ward }, (view) => view === undefined)
    await ana.say(ward, 'And the lamp?')
    const { seq } = await ben.hears(ward, 'And the lamp?')
    await ben.do('channel.markRead', { channelId: ward, seq: seq! })
    await ben.say(ward, 'On the shelf')
    await ana.hears(ward, 'On the shelf')
    expect(await readers(ana, () => true)).toEqual(before)
    await ben.do('receipts.hide', { hide: false })
    await ben.do('channel.markRead', { channelId: ward, seq: seq! + 1 })
    await readers(ana, ([read]) => read! > seq!)
  })

  it('RCPT-3: where the organisation does not want it nobody is told', async () => {
    await ana.do('settings.update', { receipts: false })
    for (const person of [ana, ben]) {
      await person.until('readers', { channelId: ward }, (view) => view === undefined)
      await person.until('ownStatus', {}, ({ receiptsOffered }) => !receiptsOffered)
    }
  })
})
