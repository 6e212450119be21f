import { openMemoryDatabase } from '@reforms/client/node'
import { ProtocolError } from '@reforms/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LyingServer, startServer, TestPerson, type TestServer } from '../src/index.ts'

/** More than a device fetches at first. */
const LINES = 100

let server: TestServer
const people: TestPerson[] = []

const keep = (person: TestPerson) => (people.push(person), person)

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  await Promise.all(people.map((person) => person.leave()))
  await server?.stop()
})

describe('several devices', () => {
  it('ENG-8, DIR-7: the phrase in another place restores all channels and their history, and both write', async () => {
    const options = { serverUrl: server.url }
    const ana = keep(await TestPerson.register(options, server.setupLink, 'Ana'))
    const ben = keep(await TestPerson.register(options, await ana.invite(), 'Ben'))
    const open = await ana.createChannel('General')
    const closed = await ana.createChannel('Rota', 'private', [await ben.me()])
    await ben.isIn(closed)
    await ana.say(open, 'In the open')
    await ana.say(closed, 'Among us')
    await ben.hears(closed, 'Among us')
    const second = keep(await TestPerson.restore(options, 'Ana', ana.phrase))
    await second.hears(open, 'In the open')
    await second.hears(closed, 'Among us')
    await second.until('channel', { channelId: closed }, (view) => view?.name === 'Rota')
    await second.say(closed, 'From the phone')
    await ben.hears(closed, 'From the phone')
    await ana.hears(closed, 'From the phone')
    await ana.until(
      'channel',
      { channelId: closed },
      (view) => view?.members.find((member) => member.displayName === 'Ana')?.devices.length === 2,
    )
    await ana.until('devices', {}, (devices) => devices.length === 2)

    // DIR-7: the phone is removed, with the phrase, and is out at once and for good.
    const devices = await ana.until('devices', {}, (each) => each.length === 2)
    const phone = devices.find((device) => !device.current)
    if (!phone) throw new Error('the phone is not listed')
    await ana.do('device.remove', { deviceId: phone.deviceId, phrase: ana.phrase })
    await second.until('session', {}, (session) => session.state === 'signed-out')
    await ben.say(closed, 'Without the phone')
    await ana.hears(closed, 'Without the phone')
    await ana.until(
      'channel',
      { channelId: closed },
      (view) => view?.members.find((member) => member.displayName === 'Ana')?.devices.length === 1,
    )
    expect(await second.texts(closed)).toEqual([])
  })

  it('EPO-2, ENG-8: a channel that somebody has just made is read on their new device, though nothing else happened there', async () => {
    const options = { serverUrl: server.url, database: openMemoryDatabase() }
    const cleo = await TestPerson.register(options, await people[0]!.invite(), 'Cleo')
    const channelId = await cleo.createChannel('Alone', 'private')
    await cleo.say(channelId, 'A note')
    await cleo.hears(channelId, 'A note')
    const unkept = 'SELECT count(*) AS count FROM epoch WHERE in_vault = 0'
    await expect.poll(() => options.database.all(unkept)[0]?.['count'], { timeout: 10_000 }).toBe(0)
    await cleo.leave()
    const second = keep(await TestPerson.restore({ serverUrl: server.url }, 'Cleo', cleo.phrase))
    await second.hears(channelId, 'A note')
  })

  it('ENG-8, LIM-2: older messages are there in the end, also where the server was too busy to give them at first', async () => {
    const [ana] = people as [TestPerson]
    const channelId = await ana.createChannel('Long')
    for (let line = 1; line <= LINES; line += 1) await ana.say(channelId, `Line ${line}`)
    await ana.hears(channelId, `Line ${LINES}`)
    let refused = 0
    const busy = new LyingServer({
      'log.page': (page, { before }) => {
        // The newest page is asked for in another way.
        if (before > LINES || refused++ > 1) return page
        throw new ProtocolError('rate-limited', { retryAfterMs: 100 })
      },
    })
    const options = { serverUrl: server.url, between: busy.between }
    const second = keep(await TestPerson.restore(options, 'Ana', ana.phrase))
    await second.hears(channelId, `Line ${LINES}`)
    await second.hears(channelId, 'Line 1')
    expect(refused).toBeGreaterThan(1)
  })
})
