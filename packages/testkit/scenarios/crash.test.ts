import { openMemoryDatabase } from '@reforms/client/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

const KILLS = Number(process.env['REFORMS_KILLS'] ?? 20)
const BETWEEN_KILLS_MS = 350
/** Twenty restarts, on a machine that has other things to do. */
const KILLING_MS = 300_000

let server: TestServer
const people: TestPerson[] = []

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  const ana = await TestPerson.register(options, server.setupLink, 'Ana')
  people.push(ana, await TestPerson.register(options, await ana.invite(), 'Ben'))
})
afterAll(async () => {
  await Promise.all(people.map((person) => person.leave()))
  await server?.stop()
})

/** Says numbered messages until told to stop; answers how many there are. */
function talker(person: TestPerson, channelId: Parameters<TestPerson['say']>[0], name: string) {
  let running = true
  let said = 0
  const done = (async () => {
    while (running) {
      said += 1
      await person.say(channelId, `${name} ${said}`)
      await pause(300)
    }
  })()
  return {
    stop: async () => {
      running = false
      await done
      return said
    },
  }
}

describe('the server is killed', () => {
  it(
    `LOG-5: ${KILLS} times under load: nothing acknowledged is lost, nothing is there twice, all see one order`,
    async () => {
      const [ana, ben] = people as [TestPerson, TestPerson]
      const channel = await ana.createChannel('Load', 'private', [await ben.me()])
      await ben.isIn(channel)
      await ana.until('channel', { channelId: channel }, (view) => view?.members.length === 2)

      const talkers = [talker(ana, channel, 'ana'), talker(ben, channel, 'ben')]
      const returns: number[] = []
      for (let kill = 0; kill < KILLS; kill += 1) {
        await pause(BETWEEN_KILLS_MS)
        await server.kill9()
        await server.start()
        const ready = Date.now()
        await Promise.all([ana.online(), ben.online()])
        returns.push(Date.now() - ready)
      }
      const [byAna = 0, byBen = 0] = await Promise.all(talkers.map((each) => each.stop()))
      await Promise.all([
        ana.hears(channel, `ben ${byBen}`),
        ben.hears(channel, `ana ${byAna}`),
        ana.hears(channel, `ana ${byAna}`),
        ben.hears(channel, `ben ${byBen}`),
      ])
      const [seenByAna, seenByBen] = [await ana.texts(channel), await ben.texts(channel)]
      expect(seenByAna).toEqual(seenByBen)
      const expected = (name: string, count: number) =>
        Array.from({ length: count }, (_, index) => `${name} ${index + 1}`)
      expect(seenByAna.filter((text) => text.startsWith('ana'))).toEqual(expected('ana', byAna))
      expect(seenByAna.filter((text) => text.startsWith('ben'))).toEqual(expected('ben', byBen))
      // What clients wait at most between two attempts; the figure itself is measured in bench/.
      expect(Math.max(...returns)).toBeLessThan(5000)
    },
    KILLING_MS,
  )

  it('ENG-1, ENG-10: a person whose program is killed comes back with what was sent meanwhile, and sends what waited', async () => {
    const [ana, ben] = people as [TestPerson, TestPerson]
    const database = openMemoryDatabase()
    const options = { serverUrl: server.url, database }
    const carla = await TestPerson.register(options, await ana.invite(), 'Carla')
    const channel = await ana.createChannel('Back again', 'private', [await ben.me(), await carla.me()])
    await carla.isIn(channel)
    await ana.until('channel', { channelId: channel }, (view) => view?.members.length === 3)
    await carla.hears(channel, await sayAs(ana, channel, 'While she is here'))
    await carla.leave()
    await ben.hears(channel, await sayAs(ana, channel, 'While she is away'))
    await server.terminate()
    const back = await TestPerson.open(options)
    people.push(back)
    await back.say(channel, 'Written without a connection')
    await server.start()
    await back.online()
    await ben.hears(channel, 'Written without a connection')
    await back.hears(channel, 'While she is away')
    // Ben may have heard it before she was told that it was taken.
    await back.hears(channel, 'Written without a connection')
    expect(await back.texts(channel)).toEqual(await ben.texts(channel))
  })
})

async function sayAs(
  person: TestPerson,
  channel: Parameters<TestPerson['say']>[0],
  text: string,
): Promise<string> {
  await person.say(channel, text)
  await person.hears(channel, text)
  return text
}
