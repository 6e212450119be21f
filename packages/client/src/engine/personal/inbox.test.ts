import { encodeContent, signRedaction, type MessageContent } from '@reforms/crypto'
import type { Entry, TeamId, UserId } from '@reforms/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../node/index.ts'
import { applyForward, readBackwards } from '../channel/applying.ts'
import { saveStart } from '../tables/channels.ts'
import { rebuildInbox } from '../tables/inbox.ts'
import { saveTeams } from '../tables/teams.ts'
import { newChannel, type TestChannel, type TestUser } from '../testing-channel.ts'
import { saveReadPosition, saveThreadRead } from '../vault.ts'
import { inboxCount, inboxView } from '../views/inbox.ts'
import { setMuted } from './channel-list.ts'
import { markInbox, readAllInbox } from './inbox.ts'

let channel: TestChannel
/** Ben's clock. */
let now: number

beforeEach(async () => {
  channel = await newChannel()
  now = 5000
  Object.assign(channel.device.ports, { clock: { ...systemClock, now: () => now } })
  channel.device.me = { userId: channel.ben.userId, userName: 'ben', displayName: 'Ben', role: 'member' }
})

function say(from: TestUser, content: object, about: { relatesTo?: number; notify?: UserId[] } = {}) {
  const { log, record } = channel
  const sent = { seq: log.entries.length, head: log.head }
  const words = 'emoji' in content ? {} : { text: 'Words' }
  const said = { type: 'text', ...words, sent, sentAt: 1, ...content } as unknown as MessageContent
  return log.appendMessage(from, record, encodeContent(said), about)
}
const about = (from: TestUser, target: Entry, content: object) =>
  say(from, { to: { seq: target.seq, clientId: target.clientId }, ...content }, { relatesTo: target.seq })
const answer = (from: TestUser, target: Entry, notify?: UserId[]) =>
  notify
    ? say(
        from,
        { type: 'thread', inChannel: false, to: { seq: target.seq, clientId: target.clientId } },
        { relatesTo: target.seq, notify },
      )
    : about(from, target, { type: 'thread', inChannel: false })
const react = (from: TestUser, target: Entry, emoji: string, on = true) =>
  about(from, target, { type: 'reaction', emoji, on })

async function apply(): Promise<void> {
  await applyForward(channel.device, channel.log.channelId, channel.log.entries, false)
}

/** One entry at a time, the last one first, as history is read. */
async function applyBackwards(): Promise<void> {
  const { device, log } = channel
  await applyForward(device, log.channelId, log.entries.slice(0, 2), false)
  device.database.transaction(() => saveStart(device.database, log.channelId, 1, new Uint8Array(32)))
  for (const entry of log.entries.slice(2).reverse()) {
    const { store } = await readBackwards(device, [entry])
    device.database.transaction(store)
  }
}

const lines = (show: 'new' | 'snoozed' | 'read' = 'new') =>
  inboxView(channel.device, { show }).map(({ kind, seqs }) => [kind, ...seqs])
const mark = (seqs: number[], said: { read?: true; until?: number }) =>
  markInbox(channel.device, { items: [{ channelId: channel.log.channelId, seqs, ...said }] })

/** One of each: seq 3 is Ben's own. */
async function everything(): Promise<{ own: Entry; foreign: Entry }> {
  const { ana, ben } = channel
  const own = await say(ben, {})
  const foreign = await say(ana, {})
  await say(ana, { text: '@ben come' }, { notify: [ben.userId] })
  await say(ana, { text: '@channel all' })
  await answer(ana, own)
  await answer(ana, own)
  await about(ana, own, { type: 'reply' })
  await react(ana, own, '👍')
  await react(ana, own, '🎉')
  await react(ana, own, '🎉', false)
  // None of these calls on Ben.
  await react(ana, foreign, '👍')
  await react(ben, own, '👀')
  await answer(ana, foreign)
  return { own, foreign }
}
const EVERYTHING = [
  ['reaction', 10],
  ['reply', 9],
  ['answer', 8, 7],
  ['everybody', 6],
  ['mention', 5],
]

describe('the inbox', () => {
  it('OWN-12: has what names, answers or reacts to somebody, answers of a thread and reactions to a message in one line', async () => {
    await everything()
    await apply()
    expect(lines()).toEqual(EVERYTHING)
    expect(inboxCount(channel.device)).toBe(5)
    const [reaction] = inboxView(channel.device, { show: 'new' })
    expect(reaction).toMatchObject({ seq: 3, emoji: ['👍'], said: { text: 'Words' } })
  })

  it('OWN-12, REL-2: has no words that somebody calls a reaction', async () => {
    const { ana, ben } = channel
    const own = await say(ben, {})
    await react(ana, own, 'Your account is locked: call 555-0199')
    await apply()
    expect(lines()).toEqual([])
    await react(ana, own, '👍')
    await apply()
    const [reaction] = inboxView(channel.device, { show: 'new' })
    expect(reaction).toMatchObject({ kind: 'reaction', emoji: ['👍'] })
  })

  it('OWN-12: is the same in whatever order entries come, and made anew from what an older program kept', async () => {
    await everything()
    await applyBackwards()
    expect(lines()).toEqual(EVERYTHING)
    const { database } = channel.device
    database.run('DELETE FROM inbox_item', [])
    database.transaction(() => rebuildInbox(database, channel.ben.userId))
    expect(lines()).toEqual(EVERYTHING)
  })

  it('OWN-12: has answers in the thread of another from where one has answered or was named on', async () => {
    const { ana, ben } = channel
    const [one, other] = [await say(ana, {}), await say(ana, {})]
    await answer(ana, one)
    await answer(ben, one)
    await answer(ana, one)
    await answer(ana, other)
    await answer(ana, other, [ben.userId])
    await answer(ana, other)
    await applyBackwards()
    expect(lines()).toEqual([
      ['answer', 10],
      ['mention', 9],
      ['answer', 7],
    ])
  })

  it('OWN-12: what is read where it stands is read here, and what is erased is gone', async () => {
    const { own } = await everything()
    await apply()
    const { device, log, ben } = channel
    saveReadPosition(device, log.channelId, 6)
    expect(lines()).toEqual(EVERYTHING.slice(0, 3))
    saveThreadRead(device, log.channelId, own.seq, 8)
    expect(lines()).toEqual(EVERYTHING.slice(0, 2))
    expect(lines('read')).toEqual(EVERYTHING.slice(2))
    const { channelId, seq, clientId } = own
    const payload = await signRedaction(ben.signature, { channelId, seq, clientId, stood: 'channel' })
    log.append({ from: ben, kind: 'redaction', epoch: 1, payload, relatesTo: seq })
    await apply()
    expect(lines()).toEqual([['reply', 9]])
  })

  it('OWN-12: of a muted channel has only what names somebody', async () => {
    await everything()
    await apply()
    setMuted(channel.device, { channelId: channel.log.channelId, on: true })
    expect(lines()).toEqual([['mention', 5]])
  })

  it('OWN-12: what is marked is read, one or all, until that is taken back; after thirty days it is not new any more', async () => {
    await everything()
    await apply()
    mark([8, 7], { read: true })
    expect(lines('read')).toEqual([['answer', 8, 7]])
    const { before } = readAllInbox(channel.device)
    expect(lines()).toEqual([])
    markInbox(channel.device, { items: before })
    expect(lines()).toHaveLength(4)
    mark([8, 7], {})
    expect(lines()).toEqual(EVERYTHING)
    now += 31 * 24 * 60 * 60 * 1000
    expect(lines()).toEqual([])
    expect(lines('read')).toEqual(EVERYTHING)
  })

  it('OWN-12, TEAM-3: has what calls on a team of the user, and is the same made anew', async () => {
    const { device, ana, ben } = channel
    const team = { teamId: 'team' as TeamId, handle: 'nurses', name: 'Nurses', members: [ben.userId] }
    device.database.transaction(() => saveTeams(device.database, [team]))
    await say(ana, { text: '@nurses come' })
    await say(ana, { text: '@porters come' })
    await apply()
    expect(lines()).toEqual([['mention', 3]])
    device.database.exec('DELETE FROM inbox_item')
    device.database.transaction(() => rebuildInbox(device.database, ben.userId))
    expect(lines()).toEqual([['mention', 3]])
  })

  it('OWN-12: costs what calls on somebody costs, however many messages there are besides', async () => {
    await apply()
    const { device, log, ana } = channel
    const { database } = device
    const others = (from: number, upto: number) =>
      database.run(
        `WITH RECURSIVE n(seq) AS (SELECT ? UNION ALL SELECT seq + 1 FROM n WHERE seq < ?)
           INSERT INTO entry (channel_id, seq, kind, generation, epoch, sender_user, client_id, at, payload_hash, head, state)
           SELECT ?, seq, 'message', 1, 1, ?, 'client' || seq, 4000, x'00', x'00', 'clear' FROM n`,
        [from, upto, log.channelId, ana.userId],
      )
    const read = () => {
      const began = performance.now()
      expect(inboxCount(device)).toBe(1000)
      expect(lines()).toHaveLength(100)
      return performance.now() - began
    }
    /** What else runs makes single times long: more are taken as long as none is short enough. */
    const least = (enough = Infinity) => {
      let found = read()
      for (let times = 1; times < 50 && (times < 5 || found > enough); times += 1)
        found = Math.min(found, read())
      return found
    }
    database.transaction(() => {
      others(100, 1099)
      database.run(
        `INSERT INTO inbox_item (channel_id, seq, kind, target, at)
           SELECT channel_id, seq, 'mention', 0, at FROM entry WHERE seq >= 100`,
        [],
      )
    })
    const few = least()
    database.transaction(() => others(1100, 100_099))
    expect(least(3 * few)).toBeLessThan(3 * few)
  })

  it('OWN-13: what is snoozed comes back at its time, though it was read where it stands, and however old it is', async () => {
    await everything()
    await apply()
    mark([5], { until: 9000 })
    saveReadPosition(channel.device, channel.log.channelId, 99)
    expect(lines('snoozed')).toEqual([['mention', 5]])
    expect(lines()).not.toContainEqual(['mention', 5])
    now = 9000
    expect(lines()).toContainEqual(['mention', 5])
    now += 31 * 24 * 60 * 60 * 1000
    expect(lines()).toEqual([['mention', 5]])
    mark([5], { read: true })
    expect(lines()).toEqual([])
  })
})
