import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson

beforeAll(async () => {
  server = await startServer()
  ana = await TestPerson.register({ serverUrl: server.url }, server.setupLink, 'Ana')
})
afterAll(async () => {
  await ana?.leave()
  await server?.stop()
})

it('ENG-10: what is written while the server is dead shows at once as waiting, and is sent once it is back', async () => {
  const channelId = await ana.createChannel('Ward 3')
  await ana.say(channelId, 'Before')
  await ana.hears(channelId, 'Before')
  await server.kill9()
  await ana.until('connection', {}, ({ state }) => state === 'offline')
  await ana.say(channelId, 'Meanwhile')
  const { items } = await ana.until(
    'timeline',
    { channelId, limit: 50 },
    (view) => view.items.some((item) => item.kind === 'message' && item.text === 'Meanwhile'),
    2000,
  )
  expect(items.at(-1)).toMatchObject({ text: 'Meanwhile', state: 'waiting', mine: true })
  await server.start()
  await ana.hears(channelId, 'Meanwhile')
  expect(await ana.texts(channelId)).toEqual(['Before', 'Meanwhile'])
  await ana.until('connection', {}, ({ waiting }) => waiting === 0)
})
