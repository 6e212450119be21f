import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let carla: TestPerson

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register(options, server.setupLink, 'Ana')
  ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  carla = await TestPerson.register(options, await ana.invite(), 'Carla')
})
afterAll(async () => {
  await Promise.all([ana, ben, carla].map((person) => person?.leave()))
  await server?.stop()
})

/** Stops the server, puts the backup back and starts it: the database is as it was then. */
async function restore(file: string): Promise<void> {
  await server.terminate()
  const restored = await server.command('restore', file, '--force')
  expect(restored.output).not.toContain('Error')
  expect(restored.code).toBe(0)
  await server.start()
}

describe('a database is restored to an older state', () => {
  it('LOG-8: with messages lost only: noticed, and nothing is lost that somebody still has', async () => {
    const channel = await ana.createChannel('Plain', 'private', [await ben.me()])
    await ben.isIn(channel)
    await ana.until('channel', { channelId: channel }, (view) => view?.members.length === 2)
    await ana.say(channel, 'Before the backup')
    await ben.hears(channel, 'Before the backup')
    const file = join(server.dataFolder, 'plain.backup')
    expect((await server.command('backup', file)).code).toBe(0)
    await ana.say(channel, 'Lost, but Ana has it')
    await ben.hears(channel, 'Lost, but Ana has it')
    await ben.say(channel, 'Lost, but Ben has it')
    await ana.hears(channel, 'Lost, but Ben has it')
    await restore(file)
    await Promise.all([ana.online(), ben.online()])
    await ana.say(channel, 'Afterwards')
    for (const person of [ana, ben]) {
      await person.hears(channel, 'Afterwards')
      await person.hears(channel, 'Lost, but Ana has it')
      await person.hears(channel, 'Lost, but Ben has it')
    }
    // What is kept stands in its old place, until whoever wrote it has said it again.
    const orders = async () => [await ana.texts(channel), await ben.texts(channel)].map(String)
    await expect.poll(async () => new Set(await orders()).size, { timeout: 10_000 }).toBe(1)
    const byAna = await ana.texts(channel)
    expect(byAna[0]).toBe('Before the backup')
    expect([...byAna].sort()).toEqual(
      ['Before the backup', 'Lost, but Ana has it', 'Lost, but Ben has it', 'Afterwards'].sort(),
    )
  })

  it('GEN-2: with a commit lost: the channel begins a new generation, and nothing is lost that somebody still has', async () => {
    const channel = await ana.createChannel('Changed', 'private', [await ben.me()])
    await ben.isIn(channel)
    await ana.until('channel', { channelId: channel }, (view) => view?.members.length === 2)
    await ana.say(channel, 'Before the backup')
    await ben.hears(channel, 'Before the backup')
    const file = join(server.dataFolder, 'changed.backup')
    expect((await server.command('backup', file)).code).toBe(0)
    await ana.do('channel.addMembers', { channelId: channel, people: [await carla.me()] })
    await carla.isIn(channel)
    await ana.until('channel', { channelId: channel }, (view) => view?.members.length === 3)
    await ben.say(channel, 'Carla is here')
    await ana.hears(channel, 'Carla is here')
    await restore(file)
    await Promise.all([ana.online(), ben.online()])
    await ben.say(channel, 'Do you still read this?')
    await ana.hears(channel, 'Do you still read this?')
    await ana.hears(channel, 'Carla is here')
    await ben.hears(channel, 'Carla is here')
    await ana.say(channel, 'I do')
    await ben.hears(channel, 'I do')
    expect(await ana.texts(channel)).toEqual(await ben.texts(channel))
  })
})
