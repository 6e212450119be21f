import { encodeContent, type MessageContent } from '@reforms/crypto'
import type { Entry } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Context } from '../context.ts'
import { newChannel, type TestChannel, type TestUser } from '../testing-channel.ts'
import { applyForward } from './applying.ts'
import { focus, noteEnds, noteOpened } from './new-since.ts'

let channel: TestChannel
let device: Context

beforeEach(async () => {
  channel = await newChannel('ana')
  device = channel.device
  await says(channel.ana, 'One')
  await says(channel.ana, 'Two')
  await arrive()
  read()
})

const says = (from: TestUser, text: string) => channel.log.appendMessage(from, channel.record, text)

/** What shows nothing of its own: a reaction, or an answer in a thread only. */
function about(from: TestUser, target: Entry, content: object): Promise<Entry> {
  const { log, record } = channel
  const sent = { seq: log.entries.length, head: log.head }
  const to = { seq: target.seq, clientId: target.clientId }
  const said = encodeContent({ to, sent, sentAt: 1, ...content } as unknown as MessageContent)
  return log.appendMessage(from, record, said, { relatesTo: target.seq })
}
const reacts = () => about(channel.ana, channel.log.entries[0]!, { type: 'reaction', emoji: '👍', on: true })

async function arrive(live = false): Promise<void> {
  const { log } = channel
  await applyForward(device, log.channelId, [...log.entries], live)
}

function read(upTo = channel.log.entries.length): void {
  device.database.run('UPDATE channel SET read_seq = ?', [upTo])
}

/** The connection comes back; the server tells how far the log goes. */
function tellEnd(): void {
  device.database.run('UPDATE channel SET server_seq = ?', [channel.log.entries.length])
  noteEnds(device)
}

const look = () => focus(device, channel.log.channelId)
const line = () => device.firstUnread.get(channel.log.channelId)

describe('where "new since" stands in a channel that is opened', () => {
  it('is before the first message of others that was not read, whatever shows nothing before it', async () => {
    await reacts()
    await says(channel.ben, 'My own')
    const third = await says(channel.ana, 'Three')
    await arrive()
    look()
    expect(line()).toBe(third.seq)
  })

  it('is nowhere where nothing is unread, and for who has just come in', async () => {
    await reacts()
    await arrive()
    look()
    expect(line()).toBeUndefined()
    focus(device, undefined)
    await says(channel.ana, 'Three')
    await arrive()
    read(0)
    look()
    expect(line()).toBeUndefined()
  })

  it('is before what the server has and is not here yet', async () => {
    tellEnd()
    const third = await says(channel.ana, 'Three')
    tellEnd()
    look()
    expect(line()).toBeUndefined()
    await arrive()
    expect(line()).toBe(third.seq)
  })
})

describe('where "new since" stands in a channel that is looked at, after a lost connection', () => {
  beforeEach(() => {
    look()
    noteOpened(device)
  })

  it('is before the first message that was missed, and stays there as the rest comes and is read', async () => {
    await reacts()
    await about(channel.ana, channel.log.entries[0]!, { type: 'thread', text: 'There', inChannel: false })
    const third = await says(channel.ana, 'Three')
    tellEnd()
    await arrive()
    expect(line()).toBe(third.seq)
    read()
    await says(channel.ana, 'Four')
    await arrive(true)
    expect(line()).toBe(third.seq)
  })

  it('is before what comes even before the server has told how far its logs go', async () => {
    const third = await says(channel.ana, 'Three')
    await arrive(true)
    tellEnd()
    expect(line()).toBe(third.seq)
  })

  it('is nowhere where nothing was missed: what is said from then on is seen as it is said', async () => {
    tellEnd()
    await says(channel.ana, 'Three')
    await arrive(true)
    expect(line()).toBeUndefined()
    await reacts()
    noteOpened(device)
    tellEnd()
    await arrive()
    await says(channel.ana, 'Four')
    await arrive(true)
    expect(line()).toBeUndefined()
  })

  it('moves on only once all before it has been read', async () => {
    const third = await says(channel.ana, 'Three')
    tellEnd()
    await arrive()
    noteOpened(device)
    await says(channel.ana, 'Four')
    tellEnd()
    await arrive()
    expect(line()).toBe(third.seq)
    read()
    noteOpened(device)
    const fifth = await says(channel.ana, 'Five')
    tellEnd()
    await arrive()
    expect(line()).toBe(fifth.seq)
  })
})
