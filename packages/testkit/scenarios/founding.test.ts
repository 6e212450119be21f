import { TransportLost } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import { expect, it, onTestFinished } from 'vitest'
import { lying, startServer, TestPerson, type Lies } from '../src/index.ts'

it('ENG-4, CH-6: a private channel whose answer was lost is there once, with its name, when the program comes again', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  const lies: Lies = {}
  const database = openMemoryDatabase()
  const options = { serverUrl: server.url, database, between: lying(lies) }
  const ana = await TestPerson.register(options, server.setupLink, 'Ana')
  const ben = await TestPerson.register({ serverUrl: server.url }, await ana.invite(), 'Ben')
  onTestFinished(() => ben.leave())
  const benId = await ben.me()
  lies['channel.create'] = () => {
    throw new TransportLost()
  }
  await expect(ana.createChannel('Night shift', 'private', [benId])).rejects.toThrow()
  // Asked for once more in the same words, and lost again.
  await expect(ana.createChannel('Night shift', 'private', [benId])).rejects.toThrow()
  await ana.leave()
  delete lies['channel.create']

  const again = await TestPerson.open(options)
  onTestFinished(() => again.leave())
  await again.online()
  const channels = await again.until('channels', {}, (all) => all.some(({ name }) => name === 'Night shift'))
  expect(channels.map(({ name, place }) => ({ name, place }))).toEqual([
    { name: 'Night shift', place: 'member' },
  ])
  const { channelId } = channels[0]!
  await ben.isIn(channelId)
  await again.say(channelId, 'It is the same group')
  await ben.hears(channelId, 'It is the same group')
  await ben.until('channels', {}, (all) => all.some(({ name }) => name === 'Night shift'))
  expect(await ben.until('channels', {}, () => true)).toHaveLength(1)
})
