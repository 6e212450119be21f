/** Messages that come many at once are noted together: what they come to is the same as where each comes alone. */
import { encodeContent, type MessageContent } from '@reforms/crypto'
import type { ClientId, Entry } from '@reforms/protocol'
import { describe, expect, it } from 'vitest'
import { readCalls } from '../tables/inbox.ts'
import { readPlace } from '../tables/relations.ts'
import { findRows } from '../tables/search.ts'
import { newChannel, type TestChannel } from '../testing-channel.ts'
import { applyForward } from './applying.ts'

type Saying = { type: string; text: string; to?: { seq: number; clientId: ClientId }; inChannel?: boolean }

function say({ log, record, ana }: TestChannel, saying: Saying, notify?: Entry['notify']): Promise<Entry> {
  const sent = { seq: log.entries.length, head: log.head }
  const content = encodeContent({ ...saying, sent, sentAt: 1 } as MessageContent)
  return log.appendMessage(ana, record, content, { relatesTo: saying.to?.seq, notify })
}

/** Messages, of which some are spoken of by others that follow them. */
async function sayAll(channel: TestChannel): Promise<void> {
  const plain = await say(channel, { type: 'text', text: 'plain words' })
  const edited = await say(channel, { type: 'text', text: 'wrong words' })
  const root = await say(channel, { type: 'text', text: 'begins a thread' })
  await say(channel, { type: 'text', text: 'calls @channel together' })
  await say(channel, { type: 'text', text: 'names somebody' }, [channel.device.keys!.userId])
  const to = ({ seq, clientId }: Entry) => ({ seq, clientId })
  await say(channel, { type: 'edit', to: to(edited), text: 'right words' })
  await say(channel, { type: 'thread', to: to(root), text: 'answers there', inChannel: false })
  await say(channel, { type: 'reply', to: to(plain), text: 'answers here' })
  await say(channel, { type: 'text', text: 'the last one' })
}

function outcome({ device, log }: TestChannel) {
  const { database } = device
  const found = (word: string) =>
    findRows(database, { match: `words : "${word}"`, from: 0, before: 2 ** 53, limit: 100 }).map(
      ({ seq }) => seq,
    )
  return {
    found: ['words', 'wrong', 'right', 'thread', 'answers', 'calls', 'somebody', 'last'].map(found),
    places: log.entries.map(({ seq }) => readPlace(database, { channelId: log.channelId, seq })),
    calls: readCalls(database, 0, 100).map(({ seq, kind }) => ({ seq, kind })),
    rows: database.all('SELECT seq, words FROM search_row ORDER BY seq'),
  }
}

describe('messages that are noted together', () => {
  it('SRCH-1, REL-4, OWN-12: are found, placed and told of as if each had come alone', async () => {
    const channel = await newChannel()
    await sayAll(channel)
    const { device, log } = channel
    await applyForward(device, log.channelId, log.entries, false)
    const together = outcome(channel)
    device.database.transaction(() => {
      for (const table of ['entry', 'relation', 'inbox_item', 'search_row'])
        device.database.exec(`DELETE FROM ${table}`)
      device.database.exec("INSERT INTO search_index (search_index) VALUES ('delete-all')")
      device.database.run('UPDATE channel SET seq = 0, head = ?', [new Uint8Array(32)])
    })
    for (const entry of log.entries) await applyForward(device, log.channelId, [entry], false)
    expect(outcome(channel)).toEqual(together)
    expect(together.found[2]).toHaveLength(1)
    expect(together.found[1]).toHaveLength(0)
    expect(together.calls.map(({ kind }) => kind).sort()).toEqual(['everybody', 'mention'])
  })
})
