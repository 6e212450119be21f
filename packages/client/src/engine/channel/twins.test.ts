import { encodeContent, encryptMessage, type MessageContent } from '@reforms/crypto'
import { uuidV7, type ClientId, type DeviceId, type Entry } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../node/index.ts'
import { saveStart } from '../tables/channels.ts'
import { isInLog } from '../tables/entries.ts'
import { newChannel, type TestChannel } from '../testing-channel.ts'
import { timelineView } from '../views/timeline.ts'
import { applyForward, readBackwards } from './applying.ts'
import { eraseRelated } from './changed-relations.ts'

let channel: TestChannel
const clientId = uuidV7(Date.now(), systemRandom(10)) as ClientId

beforeEach(async () => {
  channel = await newChannel()
})

/** What Ana says under the one clientId. */
async function say(text: string, id = clientId): Promise<Entry> {
  const { log, record, ana } = channel
  const { generation, epoch, epochId, secret: epochSecret } = record
  const sent = { seq: log.entries.length, head: log.head }
  const content = encodeContent({ type: 'text', text, sent, sentAt: 1 } satisfies MessageContent)
  const { channelId } = log
  const place = { channelId, generation, epochId, deviceId: ana.deviceId, clientId: id }
  const payload = await encryptMessage(
    { ...place, relatesTo: undefined, notify: undefined, epochSecret, content, signatureKey: ana.signature },
    systemRandom,
  )
  return log.append({ from: ana, kind: 'message', epoch, payload, clientId: id })
}

/** As if another of Ana's devices had sent it: the two are the same but for that. */
function fromElsewhere({ seq }: Entry): void {
  channel.device.database.run('UPDATE entry SET sender = ? WHERE seq = ?', ['another' as DeviceId, seq])
}

const shown = () =>
  timelineView(channel.device, { channelId: channel.log.channelId, limit: 100 }).items.flatMap((item) =>
    item.kind === 'message' ? [item.redacted ? 'erased' : item.text] : [],
  )

describe('what one user has sent twice, under one clientId', () => {
  it('MSG-10: is shown once, where it came first, whatever was read first', async () => {
    const { device, log } = channel
    const [one, other] = [await say('First'), await say('Second')]
    await applyForward(device, log.channelId, log.entries.slice(0, 3), false)
    fromElsewhere(one)
    await applyForward(device, log.channelId, [other], false)
    expect(shown()).toEqual(['First'])
    expect(isInLog(device.database, { channelId: log.channelId, clientId, userId: channel.ana.userId })).toBe(
      true,
    )
    device.database.transaction(() => eraseRelated(device, log.channelId, { seq: one.seq, stood: 'channel' }))
    expect(shown()).toEqual(['erased'])
    expect(
      device.database.all("SELECT 1 FROM entry WHERE state = 'clear' AND client_id = ?", [clientId]),
    ).toEqual([])
  })

  it('MSG-10: is shown once also where the later one was read first', async () => {
    const { device, log } = channel
    const [one, other] = [await say('First'), await say('Second')]
    await applyForward(device, log.channelId, log.entries.slice(0, 2), false)
    device.database.transaction(() => saveStart(device.database, log.channelId, 1, new Uint8Array(32)))
    for (const entry of [other, one]) {
      const { store } = await readBackwards(device, [entry])
      device.database.transaction(store)
      if (entry === other) {
        expect(shown()).toEqual(['Second'])
        fromElsewhere(other)
      }
    }
    expect(shown()).toEqual(['First'])
  })

  it('MSG-10: is not shown again where it comes after the first was erased', async () => {
    const { device, log } = channel
    const [one, other] = [await say('First'), await say('Second')]
    await applyForward(device, log.channelId, log.entries.slice(0, 3), false)
    device.database.transaction(() => eraseRelated(device, log.channelId, { seq: one.seq, stood: 'channel' }))
    fromElsewhere(one)
    await applyForward(device, log.channelId, [other], false)
    expect(shown()).toEqual(['erased'])
  })

  it('MSG-10: what has another clientId is another message', async () => {
    const { device, log } = channel
    await say('First')
    await say('Second', uuidV7(Date.now(), systemRandom(10)) as ClientId)
    await applyForward(device, log.channelId, log.entries, false)
    expect(shown()).toEqual(['First', 'Second'])
  })
})
