/** The control of what every scenario file is held to: a message whose key is not there is counted when its reader leaves. */
import { openMemoryDatabase } from '@reforms/client/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  expectUndecryptable,
  startServer,
  TestPerson,
  takeUndecryptable,
  type TestServer,
} from '../src/index.ts'

expectUndecryptable(1)

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

it('a message that stays closed is counted once, with its reader’s name', async () => {
  const database = openMemoryDatabase()
  const ana = await TestPerson.register({ serverUrl: server.url, database }, server.setupLink, 'Ana')
  const channelId = await ana.createChannel('Ward 3')
  for (const words of ['Closed', 'Open']) {
    await ana.say(channelId, words)
    await ana.hears(channelId, words)
  }
  // Of an epoch that nobody has a key of: else it would be read again before she has left.
  database.run(
    `UPDATE entry SET state = 'waiting', epoch = 99, payload = x'00'
     WHERE seq = (SELECT min(seq) FROM entry WHERE kind = 'message')`,
  )
  await ana.leave()
  expect(takeUndecryptable()).toEqual({ counted: 1, expected: 1, whose: 'Ana 1' })
})
