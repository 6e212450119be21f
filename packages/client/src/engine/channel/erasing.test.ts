import { signRedaction } from '@reforms/crypto'
import type { Entry } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { saveServerSeq } from '../tables/channels.ts'
import { newChannel, type TestChannel, type TestUser } from '../testing-channel.ts'
import { timelineView } from '../views/timeline.ts'
import { applyForward, readBackwards } from './applying.ts'
import { troublesOf } from './trouble.ts'

const WITHHELD = expect.stringContaining('does not give out a message') as string
const DELETED = 'deleted'

let channel: TestChannel
let message: Entry

/** As the server gives it when it has erased the payload, or keeps it back. */
const withoutPayload = ({ payload: _, ...entry }: Entry): Entry => entry

async function order(from: TestUser, target: Entry): Promise<Entry> {
  const { channelId, seq, clientId } = target
  const payload = await signRedaction(from.signature, { channelId, seq, clientId })
  return channel.log.append({ from, kind: 'redaction', epoch: 1, payload, relatesTo: seq })
}

async function apply(...entries: Entry[]): Promise<void> {
  const { device, log } = channel
  await applyForward(device, log.channelId, [...log.entries.slice(0, 2), ...entries], true)
  saveServerSeq(device.database, log.channelId, log.entries.length)
}

function shown(): string[] {
  const { items } = timelineView(channel.device, { channelId: channel.log.channelId, limit: 100 })
  return items
    .filter(({ seq = 0 }) => seq > 2)
    .map((item) =>
      item.kind === 'message' && item.redacted ? DELETED : 'text' in item ? item.text : item.kind,
    )
}

beforeEach(async () => {
  channel = await newChannel('ana')
  message = await channel.log.appendMessage(channel.ben, channel.record, 'Take this back')
})

describe('a message whose payload the server does not give', () => {
  it('LOG-16: is shown as withheld where nobody ordered it', async () => {
    await apply(withoutPayload(message))
    expect(shown()).toEqual([WITHHELD])
  })

  it.each(['ben', 'ana'] as const)(
    'LOG-16: is shown as deleted for an order of its author or of a moderator (%s)',
    async (from) => {
      await apply(withoutPayload(message), await order(channel[from], message))
      expect(shown()).toEqual([DELETED])
    },
  )

  it('LOG-16: is shown as withheld for an order that nobody signed, or that is for another message', async () => {
    const other = await channel.log.appendMessage(channel.ben, channel.record, 'Stays')
    const unsigned = channel.log.append({
      from: channel.ben,
      kind: 'redaction',
      epoch: 1,
      payload: new Uint8Array(200),
      relatesTo: message.seq,
    })
    const { channelId, clientId } = other
    const wrong = channel.log.append({
      from: channel.ben,
      kind: 'redaction',
      epoch: 1,
      payload: await signRedaction(channel.ben.signature, { channelId, seq: other.seq, clientId }),
      relatesTo: message.seq,
    })
    await apply(withoutPayload(message), other, unsigned, wrong)
    expect(shown()).toEqual([WITHHELD, 'Stays'])
  })
})

describe('a message that the server still gives', () => {
  it('LOG-14: is erased for an order of its author, also read backwards in one page', async () => {
    const redaction = await order(channel.ben, message)
    const { device } = channel
    const { store } = await readBackwards(device, [message, redaction])
    device.database.transaction(store)
    expect(shown()).toEqual([DELETED])
  })

  it('LOG-14: stays for an order of another member who is no moderator, and it is said', async () => {
    const byAna = await channel.log.appendMessage(channel.ana, channel.record, 'Mine')
    await apply(message, byAna, await order(channel.ben, byAna))
    expect(shown()).toEqual(['Take this back', 'Mine'])
    expect(troublesOf(channel.device, channel.log.channelId)).toEqual([expect.stringContaining('erased')])
  })

  it('LOG-14: is no trouble where the message was never here', async () => {
    const { device, log } = channel
    const redaction = await order(channel.ben, message)
    await apply(message)
    device.database.run('DELETE FROM entry WHERE seq = ?', [message.seq])
    await applyForward(device, log.channelId, [redaction], true)
    expect(troublesOf(device, log.channelId)).toEqual([])
  })
})
