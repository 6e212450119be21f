/** The first milestone: two browsers exchange a message over the real log, real MLS and the real database, through a kill. */
import { startServer } from '@reforms/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { BrowserPerson } from '../harness/person.ts'

const BACK_WITHIN_MS = 10_000

test('LOG-5: two people in two browsers talk, the server is killed, and they go on talking', async () => {
  const server = await startServer()
  onTestFinished(() => server.stop())
  expect(server.setupLink).toMatch(/#\/join\//)

  const ana = await BrowserPerson.join('Ana Sousa', server.setupLink)
  const ben = await BrowserPerson.join('Ben Okafor', await ana.invite())
  await ana.createChannel('Ward 3')
  await ben.joinChannel('Ward 3')

  await ana.say('Good morning, Ben')
  await ben.reads('Good morning, Ben')
  await ben.say('Good morning, Ana')
  await ana.reads('Good morning, Ana')

  ana.profile.tolerate(...CONNECTION_LOST)
  ben.profile.tolerate(...CONNECTION_LOST)
  await server.kill9()
  await ana.say('Written while the server was dead')
  await server.start()

  await ben.reads('Written while the server was dead', BACK_WITHIN_MS)
  await ana.reads('Written while the server was dead', BACK_WITHIN_MS)
  await ben.say('And it goes on')
  await ana.reads('And it goes on')
  await ana.reads('Good morning, Ana')
})
