import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

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
})
