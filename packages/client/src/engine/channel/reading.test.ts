import { encodeContent, type EpochRecord } from '@reforms/crypto'
import { encodeCbor, type Entry } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { commitIn, newChannel, newUser, type TestChannel } from '../testing-channel.ts'
import { readEntry } from '../tables/entries.ts'
import { saveEpoch } from '../tables/epochs.ts'
import { timelineView } from '../views/timeline.ts'
import { applyForward } from './applying.ts'
import { readMessage, readWaitingAgain } from './reading.ts'

let channel: TestChannel

const apply = () => applyForward(channel.device, channel.log.channelId, channel.log.entries, true)
const stored = ({ seq }: Entry) => readEntry(channel.device.database, channel.log.channelId, seq)
/** What stands in the conversation, without who came. */
function shown(): string[] {
  const { items } = timelineView(channel.device, { channelId: channel.log.channelId, limit: 100 })
  return items.filter(({ seq = 0 }) => seq > 2).map((item) => ('text' in item ? item.text : item.kind))
}

beforeEach(async () => {
  channel = await newChannel()
})

const NOT_GENUINE = 'A message here did not come from who it claims, so it is not shown.'
const TWO_HISTORIES = expect.stringContaining('another course of this conversation') as string

describe('reading', () => {
  it('MSG-5: gives the same in any order, again and again, whenever the record comes', async () => {
    const { ana, log, record, device, group } = channel
    const next = await commitIn(group)
    const early = await log.appendMessage(ana, record, 'Early')
    log.appendCommit(ana, 1, next.commit)
    const late = await log.appendMessage(ana, next.record, 'Late')
    await apply()
    const once = await Promise.all([late, early].map((entry) => readMessage(device, entry)))
    expect(once).toEqual(await Promise.all([late, early].map((entry) => readMessage(device, entry))))
    expect(shown()).toEqual(['Early', 'Late'])

    // As after a crash that lost the records and what was read by them.
    const forget = (entry: Entry) =>
      device.database.run("UPDATE entry SET state = 'waiting', content = NULL, payload = ? WHERE seq = ?", [
        entry.payload as Uint8Array,
        entry.seq,
      ])
    device.database.exec('DELETE FROM epoch')
    for (const entry of [early, late]) forget(entry)
    expect(await readWaitingAgain(device, log.channelId)).toBe(0)
    for (const [known, texts] of [
      [next.record, ['waiting-for-key', 'Late']],
      [record, ['Early', 'Late']],
    ] as [EpochRecord, string[]][]) {
      device.database.transaction(() => saveEpoch(device.database, log.channelId, known, 'answer'))
      expect(await readWaitingAgain(device, log.channelId)).toBe(1)
      expect(shown()).toEqual(texts)
    }
  })

  it('MSG-6: shows as not genuine what was altered, or what another member signed', async () => {
    const { ana, ben, log, record } = channel
    const genuine = await log.appendMessage(ana, record, 'By Ana')
    await log.appendMessage({ ...ana, signature: ben.signature }, record, 'By Ben as Ana')
    const payload = (genuine.payload as Uint8Array).map((byte, at) => (at === 100 ? byte ^ 1 : byte))
    log.append({ from: ana, kind: 'message', epoch: 1, payload, clientId: genuine.clientId })
    await apply()
    expect(shown()).toEqual(['By Ana', NOT_GENUINE, NOT_GENUINE])
  })

  it('MSG-6: shows as not genuine what a device says that had no leaf in that epoch', async () => {
    const { ana, ben, log, record, group } = channel
    const stranger = await newUser()
    await log.appendMessage(stranger, record, 'By nobody who is in')
    await log.appendMessage(ben, record, 'By Ben')
    const removal = await commitIn(group, { removes: [ben.deviceId] })
    await apply()
    expect(shown()).toEqual([NOT_GENUINE, 'By Ben'])
    // Ana's word on the epoch in which Ben had gone.
    const { device } = channel
    device.database.transaction(() => saveEpoch(device.database, log.channelId, removal.record, 'answer'))
    const late = await log.appendMessage(ben, removal.record, 'By Ben, who is out')
    const { state } = await readMessage(device, late)
    expect(state).toBe('bad')
    expect((await readMessage(device, await log.appendMessage(ana, removal.record, 'Ana'))).state).toBe(
      'clear',
    )
  })

  it('MSG-8: keeps what it does not know, and says that it cannot show it', async () => {
    const { ana, log, record } = channel
    const sent = { seq: 2, head: log.head }
    const poll = encodeCbor({ type: 'poll', question: 'Lunch?', sent, sentAt: 1 })
    const entry = await log.appendMessage(ana, record, poll)
    await log.appendMessage(ana, record, 'Known')
    await apply()
    expect(shown()).toEqual(['Somebody sent something that this version cannot show.', 'Known'])
    expect(stored(entry)).toMatchObject({ state: 'clear', content: poll })
  })
})

describe('what a message says of its sender’s log', () => {
  const text = (said: string, sent: { seq: number; head: Uint8Array }) =>
    encodeContent({ type: 'text', text: said, sent, sentAt: 1 })

  it('MSG-7: shows two histories where it does not fit the log here', async () => {
    const { ana, log, record } = channel
    const other = new Uint8Array(32).fill(7)
    await log.appendMessage(ana, record, text('Fits', { seq: 2, head: log.head }))
    await log.appendMessage(ana, record, text('Other head', { seq: 3, head: other }))
    await log.appendMessage(ana, record, text('From the future', { seq: 9, head: log.head }))
    await log.appendMessage(ana, record, text('Nothing read yet', { seq: 0, head: new Uint8Array(32) }))
    await apply()
    expect(shown()).toEqual([
      'Fits',
      'Other head',
      TWO_HISTORIES,
      'From the future',
      TWO_HISTORIES,
      'Nothing read yet',
    ])
  })

  it('MSG-7: says nothing of what is not here', async () => {
    const { ana, log, record, device } = channel
    await log.appendMessage(ana, record, text('Before', { seq: 1, head: new Uint8Array(32) }))
    await apply()
    expect(shown()).toEqual(['Before', TWO_HISTORIES])
    device.database.run('DELETE FROM entry WHERE seq = 1')
    device.viewCache.logCut(log.channelId)
    expect(shown()).toEqual(['Before'])
  })
})
