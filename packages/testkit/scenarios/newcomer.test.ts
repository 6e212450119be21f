import { openMemoryDatabase } from '@reforms/client/node'
import { expect, it, onTestFinished } from 'vitest'
import { startServer, TestPerson } from '../src/index.ts'

it('EPO-5, EPO-7, ENG-5: who joins a public channel while nobody is there reads what was said before, once somebody is back', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  const database = openMemoryDatabase()
  const ana = await TestPerson.register({ serverUrl: server.url, database }, server.setupLink, 'Ana')
  const channelId = await ana.createChannel('Ward 3')
  await ana.say(channelId, 'Said before')
  await ana.hears(channelId, 'Said before')
  const invitation = await ana.invite()
  await ana.leave()

  const ben = await TestPerson.register({ serverUrl: server.url }, invitation, 'Ben')
  onTestFinished(() => ben.leave())
  await ben.join(channelId)
  await ben.say(channelId, 'Is anybody here?')
  await ben.hears(channelId, 'Is anybody here?')
  expect(await ben.texts(channelId)).toEqual(['Is anybody here?'])

  const again = await TestPerson.open({ serverUrl: server.url, database })
  onTestFinished(() => again.leave())
  await again.hears(channelId, 'Is anybody here?')
  await ben.hears(channelId, 'Said before')
  expect(await ben.texts(channelId)).toEqual(['Said before', 'Is anybody here?'])
})
