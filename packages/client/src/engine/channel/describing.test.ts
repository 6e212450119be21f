import { encodeContent, knownContent } from '@reforms/crypto'
import { beforeEach, expect, it } from 'vitest'
import { addToOutbox, readOutbox } from '../tables/outbox.ts'
import { newChannel, type TestChannel } from '../testing-channel.ts'
import { applyForward } from './applying.ts'
import { describeChannel } from './describing.ts'
import { sentFrom } from './settings-message.ts'

let channel: TestChannel

beforeEach(async () => {
  channel = await newChannel('ben')
  const { device, log } = channel
  await applyForward(device, log.channelId, log.entries, false)
})

it('CH-11: a description that follows on another change leaves alone what still waits to be sent', async () => {
  const { device, log } = channel
  const { channelId } = log
  const about = { type: 'about' as const, description: 'For the ward', writers: 'moderators' as const }
  addToOutbox(device.database, {
    ...{ clientId: device.newClientId(), channelId, createdAt: 1 },
    content: encodeContent({ ...about, ...sentFrom(device, channelId) }),
  })
  await describeChannel(device, { channelId, description: 'For the ward and its guests' })
  const said = readOutbox(device.database, channelId).map(({ content }) => knownContent(content))
  expect(said).toMatchObject([
    { description: 'For the ward', writers: 'moderators' },
    { description: 'For the ward and its guests', writers: 'moderators' },
  ])
})
