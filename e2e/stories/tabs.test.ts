/** Several tabs, and none of them online. */
import { expect, test } from 'vitest'
import { CONNECTION_LOST } from '../harness/browser.ts'
import { startOrganisation } from '../harness/organisation.ts'

/** How many connections the server has, of everybody. */
async function sockets(metricsUrl: string): Promise<number> {
  const metrics = await (await fetch(metricsUrl)).text()
  return Number(/^reforms_sockets (\d+)$/m.exec(metrics)?.[1])
}

test('ENG-11: two tabs work as one, and closing either leaves the other working', async () => {
  const { server, wire, admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  const before = await sockets(server.metricsUrl)
  expect(before).toBe(2)
  const second = ben.inTab(await ben.profile.newTab())
  await second.page.goto(wire.url)
  await second.openConversation('Ward 3')
  await second.say('From the second tab')
  await ben.reads('From the second tab')
  await ben.say('From the first')
  await second.reads('From the first')
  expect(await sockets(server.metricsUrl)).toBe(before)

  await ben.page.close()
  await second.say('The first one is closed')
  await second.reads('The first one is closed')
  await admin.hears(channelId, 'The first one is closed')
  const third = ben.inTab(await ben.profile.newTab())
  await third.page.goto(wire.url)
  await second.page.close()
  await third.openConversation('Ward 3')
  await third.reads('The first one is closed')
  await admin.say(channelId, 'Still there?')
  await third.reads('Still there?')
})

test('ENG-10, ENG-12: offline it shows what it has and takes messages, and sends them once each when it is back', async () => {
  const { wire, admin, welcome } = await startOrganisation()
  const channelId = await admin.createChannel('Ward 3')
  const ben = await welcome('Ben Okafor')
  await ben.joinChannel('Ward 3')
  await admin.say(channelId, 'Before')
  await ben.reads('Before')

  ben.profile.tolerate(...CONNECTION_LOST)
  wire.cut()
  await ben.page.getByText('You are offline').waitFor()
  await ben.say('In the lift, one')
  await ben.say('In the lift, two')
  await ben.page.getByText('2 messages wait').waitFor()
  await admin.say(channelId, 'Meanwhile')
  wire.mend()
  await ben.reads('In the lift, one')
  await ben.reads('In the lift, two')
  await ben.reads('Meanwhile')
  await admin.hears(channelId, 'In the lift, two')
  await ben.page.getByText('You are offline').waitFor({ state: 'detached' })
})
