import { encodeContent, signRedaction, type MessageContent } from '@reforms/crypto'
import type { Entry } from '@reforms/protocol'
import { beforeEach, expect, it } from 'vitest'
import type { TimelineItem } from '../../engine-api.ts'
import { newChannel, type TestChannel, type TestUser } from '../testing-channel.ts'
import { timelineView } from '../views/timeline.ts'
import { applyForward } from './applying.ts'

type MessageItem = Extract<TimelineItem, { kind: 'message' }>

let channel: TestChannel
let poll: Entry

beforeEach(async () => {
  channel = await newChannel('ana')
  poll = await say(channel.ben, { type: 'poll', text: 'Which day?', options: ['a', 'b'], several: false })
})

function say(from: TestUser, content: object, relatesTo?: number): Promise<Entry> {
  const { log, record } = channel
  const sent = { seq: log.entries.length, head: log.head }
  const said = encodeContent({ ...content, sent, sentAt: 1 } as MessageContent)
  return log.appendMessage(from, record, said, relatesTo === undefined ? {} : { relatesTo })
}

const toPoll = () => ({ seq: poll.seq, clientId: poll.clientId })
const vote = (from: TestUser, ...choices: number[]) =>
  say(from, { type: 'vote', to: toPoll(), choices }, poll.seq)

async function apply(...erased: Entry[]): Promise<MessageItem[]> {
  const { device, log } = channel
  const given = log.entries.map((entry) => {
    const { payload: _, ...rest } = entry
    return erased.includes(entry) ? rest : entry
  })
  await applyForward(device, log.channelId, given, false)
  const { items } = timelineView(device, { channelId: log.channelId, limit: 100 })
  return items.filter((item): item is MessageItem => item.kind === 'message')
}
const counts = ([item]: MessageItem[]) => item?.poll?.options.map(({ people }) => people.length)

it('POLL-2: votes are counted at the poll, and stand nowhere themselves', async () => {
  await vote(channel.ana, 0)
  await vote(channel.ben, 0)
  await vote(channel.ana, 1)
  const items = await apply()
  expect(items.map(({ text }) => text)).toEqual(['Which day?'])
  expect(counts(items)).toEqual([1, 1])
  expect(items[0]?.poll?.voters).toBe(2)
})

it('POLL-2, REL-1: a vote that lies about what it is about does nothing', async () => {
  const { ana } = channel
  const other = await say(ana, { type: 'text', text: 'Not a poll' })
  await say(ana, { type: 'vote', to: toPoll(), choices: [0] })
  await say(ana, { type: 'vote', to: toPoll(), choices: [0] }, other.seq)
  await say(ana, { type: 'vote', to: { seq: poll.seq, clientId: other.clientId }, choices: [0] }, poll.seq)
  await say(ana, { type: 'vote', to: { seq: 1000, clientId: poll.clientId }, choices: [0] }, 1000)
  await say(ana, { type: 'vote', to: { seq: other.seq, clientId: other.clientId }, choices: [0] }, other.seq)
  const items = await apply()
  expect(items.map(({ text }) => text)).toEqual(['Which day?', 'Not a poll'])
  expect(counts(items)).toEqual([0, 0])
  expect(items[1]?.poll).toBeUndefined()
})

it('POLL-2: a vote that is erased was never given, and the one before it holds', async () => {
  const { ana, log } = channel
  await vote(ana, 0)
  const second = await vote(ana, 1)
  const { channelId, seq, clientId } = second
  const payload = await signRedaction(ana.signature, { channelId, seq, clientId, stood: 'channel' })
  log.append({ from: ana, kind: 'redaction', epoch: 1, payload, relatesTo: seq })
  expect(counts(await apply(second))).toEqual([1, 0])
})

it('POLL-5: a vote that is erased leaves a trace at the poll, and not a word of what it said', async () => {
  const { ana, ben, log } = channel
  await vote(ana, 0)
  const { seq, clientId } = await vote(ben, 1)
  expect((await apply())[0]?.poll).toMatchObject({ voters: 2 })
  expect((await apply())[0]?.poll?.erased).toBeUndefined()
  const { channelId } = log
  // By a moderator, who is not its author.
  const payload = await signRedaction(ana.signature, { channelId, seq, clientId, stood: 'nowhere' })
  log.append({ from: ana, kind: 'redaction', epoch: 1, payload, relatesTo: seq })
  expect((await apply())[0]?.poll).toMatchObject({ voters: 1, erased: 1 })
})

it('POLL-3: its author ends it, nobody else', async () => {
  const { ana, ben } = channel
  await say(ana, { type: 'poll-end', to: toPoll() }, poll.seq)
  await vote(ana, 0)
  await say(ben, { type: 'poll-end', to: toPoll() }, poll.seq)
  await vote(ana, 1)
  const items = await apply()
  expect(counts(items)).toEqual([1, 0])
  expect(items[0]?.poll?.ended).toBe(true)
})

it('POLL-1: an edit of a poll changes nothing', async () => {
  await say(channel.ben, { type: 'edit', to: toPoll(), text: 'Another question' }, poll.seq)
  const [item] = await apply()
  expect(item).toMatchObject({ text: 'Which day?' })
  expect(item?.editedAt).toBeUndefined()
})
