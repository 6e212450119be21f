/**
 * A server that lies about a channel's log to one of its members, link by link in order or not. Whatever it shows is refused or
 * noticed, said in words, and the conversation goes on within seconds once it is told truly, with nothing lost.
 */
import { encodeCbor, uuidV7, type ChannelId, type ClientId, type Entry, type UserId } from '@reforms/protocol'
import { openMemoryDatabase } from '@reforms/client/node'
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FalseLog, LyingServer, startServer, TestPerson, type TestServer } from '../src/index.ts'

/** How long a lie may cost a channel at most, on a slow machine. */
const SECONDS_MS = 15_000
const NOT_GENUINE = 'A message here did not come from who it claims, so it is not shown.'
const TWO_HISTORIES = 'Whoever wrote this saw another course of this conversation than is here'
const CONTRADICTED = 'The server contradicted itself about this conversation.'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let benId: UserId
let channelId: ChannelId
let count = 0
/** What Ben is told. */
let liar = new LyingServer()
const database = openMemoryDatabase()

const newId = () => uuidV7(Date.now(), new Uint8Array(randomBytes(10))) as ClientId

beforeAll(async () => {
  server = await startServer()
  ana = await TestPerson.register({ serverUrl: server.url }, server.setupLink, 'Ana')
  const options = { serverUrl: server.url, database, between: liar.between }
  ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  benId = await ben.me()
  channelId = await ana.createChannel('Ward', 'private', [benId])
  await ben.isIn(channelId)
  await ana.until('channel', { channelId }, (view) => view?.members.length === 2)
})
beforeEach(async () => {
  await goesOn()
})
/** Whatever was shown: the conversation goes on, and both read the same. */
afterEach(async () => {
  await liar.tellTruth()
  await goesOn()
  expect(await ben.texts(channelId)).toEqual(await ana.texts(channelId))
})
afterAll(async () => {
  await Promise.all([ana?.leave(), ben?.leave()])
  await server?.stop()
})

async function goesOn(): Promise<void> {
  count += 1
  const began = Date.now()
  const [fromAna, fromBen] = [`Ana ${count}`, `Ben ${count}`]
  await Promise.all([ana.say(channelId, fromAna), ben.say(channelId, fromBen)])
  await Promise.all(
    [ben, ana].flatMap((each) => [each.hears(channelId, fromAna), each.hears(channelId, fromBen)]),
  )
  expect(Date.now() - began).toBeLessThan(SECONDS_MS)
}

async function benComesAgain(): Promise<void> {
  await ben.leave()
  const next = new LyingServer()
  liar = next
  ben = await TestPerson.open({ serverUrl: server.url, database, between: next.between })
  await ben.online()
}

const show = (rewrite: (truth: Entry[]) => Entry[]) => liar.show(new FalseLog(channelId, rewrite))

/** A warning at the head of the conversation. */
const warned = (words: string) =>
  ben.until(
    'channel',
    { channelId },
    (view) => view?.warnings.some((each) => each.includes(words)) === true,
    SECONDS_MS,
  )

/** Words in the midst of it. */
const noted = (words: string) =>
  ben.until(
    'timeline',
    { channelId, limit: 1000 },
    ({ items }) => items.some((item) => item.kind === 'notice' && item.text.includes(words)),
    SECONDS_MS,
  )

const nothingNoted = async (words: string) => {
  const { items } = await ben.until('timeline', { channelId, limit: 1000 }, ({ loading }) => !loading)
  expect(items.filter((item) => item.kind === 'notice' && item.text.includes(words))).toEqual([])
}

async function saidByAna(text: string): Promise<number> {
  await ana.say(channelId, text)
  return (await ana.hears(channelId, text)).seq as number
}

const endOf = (truth: readonly Entry[]) => truth.at(-1) as Entry

describe('a server that lies about the log', () => {
  it('MSG-7: forks it: who was shown another course of the conversation sees it beside the next message', async () => {
    const hidden = (await saidByAna('Before the fork')) + 1
    await ben.hears(channelId, 'Before the fork')
    await show((truth) => truth.filter(({ seq }) => seq !== hidden))
    expect(await saidByAna('Stop the infusion')).toBe(hidden)
    await saidByAna('Have you stopped it?')
    await ben.hears(channelId, 'Have you stopped it?')
    expect(await ben.texts(channelId)).not.toContain('Stop the infusion')
    await noted(TWO_HISTORIES)
    await liar.tellTruth()
    await ben.hears(channelId, 'Stop the infusion')
    await warned('The server lost part of this conversation')
  })

  it('MSG-7: reorders it: what was said after something else cannot come before it unnoticed', async () => {
    const first = (await saidByAna('Before both')) + 1
    await ben.hears(channelId, 'Before both')
    await show((truth) => {
      const [one, two] = [truth[first - 1], truth[first]]
      return one && two
        ? [...truth.slice(0, first - 1), two, one, ...truth.slice(first + 1)]
        : truth.slice(0, first - 1)
    })
    await saidByAna('Give it to bed 3')
    await saidByAna('No, to bed 4')
    await liar.tellEnd(channelId)
    await ben.hears(channelId, 'Give it to bed 3')
    await noted(TWO_HISTORIES)
  })

  it('LOG-18: replays a message, in its own channel: it is read once', async () => {
    const said = await saidByAna('One more dose')
    await ben.hears(channelId, 'One more dose')
    await show((truth) => [...truth, truth[said - 1] as Entry])
    await noted(NOT_GENUINE)
    expect((await ben.texts(channelId)).filter((text) => text === 'One more dose')).toHaveLength(1)
  })

  it('LOG-4, MSG-3: moves an entry to another channel: by its own name it is refused, under the other it does not open', async () => {
    const other = await ana.createChannel('Theatre', 'private', [benId])
    await ben.isIn(other)
    await ana.until('channel', { channelId: other }, (view) => view?.members.length === 2)
    await ana.say(other, 'Amputate the left leg')
    await ben.hears(other, 'Amputate the left leg')
    const page = { channelId: other, before: Number.MAX_SAFE_INTEGER, limit: 100 }
    const { entries } = await liar.ask('log.page', page)
    const moved = entries.findLast(({ kind }) => kind === 'message') as Entry
    liar.lies['log.read'] = (answer, { after }) => ({
      ...answer,
      entries: answer.entries.length > 0 ? [{ ...moved, seq: after + 1 }] : [],
    })
    liar.retell = (event) => (event.type === 'entry' ? [] : [event])
    await saidByAna('Something else')
    await liar.tellEnd(channelId)
    await warned(CONTRADICTED)
    await liar.tellTruth()
    await ben.hears(channelId, 'Something else')
    await show((truth) => [...truth, { ...moved, ...placeIn(truth), clientId: moved.clientId }])
    await noted(NOT_GENUINE)
    expect(await ben.texts(channelId)).not.toContain('Amputate the left leg')
    expect(await ben.texts(other)).toEqual(['Amputate the left leg'])
  })

  it('MSG-6: puts another name under a message: it is shown as by whose device signed it', async () => {
    await show((truth) =>
      truth.map((entry) => (entry === endOf(truth) ? { ...entry, senderUser: benId } : entry)),
    )
    await ana.say(channelId, 'I have counted the morphine')
    const shown = await ben.hears(channelId, 'I have counted the morphine')
    expect(shown.kind === 'message' && shown.authorName).toBe('Ana')
  })

  it('LOG-8, LOG-16: goes back after a restart: what was here stays in sight, and is back in its place afterwards', async () => {
    const kept = await saidByAna('Allergic to penicillin')
    await saidByAna('And to latex')
    await ben.hears(channelId, 'And to latex')
    await benComesAgain()
    await show((truth) => truth.slice(0, kept - 1))
    await warned('The server lost part of this conversation')
    await noted('The server no longer has what follows here. It is kept on this device.')
    expect(await ben.texts(channelId)).toEqual(
      expect.arrayContaining(['Allergic to penicillin', 'And to latex']),
    )
    await liar.tellTruth()
    await ben.until(
      'timeline',
      { channelId, limit: 1000 },
      ({ items }) => !items.some(({ key }) => key.startsWith('kept/')),
    )
  })

  it('LOG-8, LOG-16: shows an empty log: nothing that was said goes from the screen', async () => {
    const before = await ben.texts(channelId)
    liar.lies['log.read'] = (answer) => ({ ...answer, entries: [], seq: 0, head: new Uint8Array(32) })
    liar.lies['log.page'] = (answer) => ({ ...answer, entries: [] })
    liar.push({ type: 'heads', heads: [{ channelId, seq: 0, head: new Uint8Array(32) }] })
    await warned('The server lost part of this conversation')
    expect(await ben.texts(channelId)).toEqual(
      expect.arrayContaining(before.filter((text) => !text.startsWith('Ben'))),
    )
  })

  it('LOG-17: withholds what there is: it is said, and one’s own words still go out', async () => {
    liar.lies['log.read'] = (answer) => ({ ...answer, entries: [] })
    liar.retell = (event) => (event.type === 'entry' ? [] : [event])
    await saidByAna('Are you there?')
    await liar.tellEnd(channelId)
    await warned('there is more in this conversation than it hands out')
    await ben.say(channelId, 'I hear nothing')
    await ana.hears(channelId, 'I hear nothing')
  })

  it('LOG-17: tells of an end that there is not: after a few seconds the channel goes on', async () => {
    liar.push({ type: 'heads', heads: [{ channelId, seq: 1_000_000, head: new Uint8Array(32) }] })
    await goesOn()
    liar.push({ type: 'heads', heads: [{ channelId, seq: 1_000_000, head: new Uint8Array(32) }] })
    await warned('there is more in this conversation than it hands out')
  })

  it('LOG-4: pushes a head, and an entry, that do not fit: both are left aside and said', async () => {
    const seq = await saidByAna('As it was')
    await ben.hears(channelId, 'As it was')
    liar.push({ type: 'heads', heads: [{ channelId, seq, head: new Uint8Array(32).fill(7) }] })
    await warned(CONTRADICTED)
    const { entries } = await liar.ask('log.page', { channelId, before: seq + 1, limit: 1 })
    const [entry] = entries
    const other = { ...(entry as Entry), at: 1, head: new Uint8Array(32).fill(8) }
    liar.push({ type: 'entry', entry: other })
    liar.push({ type: 'entry', entry: { ...other, seq: seq + 1 } })
  })

  it('MSG-9: dates a message otherwise than its author: the author’s time is shown beside it', async () => {
    const days = 3 * 24 * 60 * 60 * 1000
    await show((truth) =>
      truth.map((entry) => (entry === endOf(truth) ? { ...entry, at: entry.at - days } : entry)),
    )
    await ana.say(channelId, 'Given at eight')
    await ben.hears(channelId, 'Given at eight')
    await noted('By the clock of whoever wrote this, it was written on')
  })

  it('LOG-16: orders an erasure that nobody signed: the message stays, and it is said', async () => {
    const said = await saidByAna('I refused this order')
    await ben.hears(channelId, 'I refused this order')
    const clientId = newId()
    await show((truth) => {
      const message = truth[said - 1] as Entry
      const order = { ...message, kind: 'redaction', relatesTo: said, clientId } as const
      return [...truth, { ...order, payload: new Uint8Array(200) }]
    })
    await warned('nobody who may do so has signed for it. The message was kept.')
    expect(await ben.texts(channelId)).toContain('I refused this order')
  })

  it('CH-6: gives notices of its own: neither a removal nor a name that it made up is shown', async () => {
    const clientId = newId()
    const notice = (payload: unknown) => (truth: Entry[]) => {
      const { channelId, generation, epoch, at, payloadHash, head } = endOf(truth)
      const entry = { channelId, kind: 'notice', generation, epoch, at, payloadHash, head, clientId } as const
      return [...truth, { ...entry, seq: 0, payload: encodeCbor(payload) }]
    }
    for (const payload of [
      { type: 'removed', userId: benId },
      { type: 'renamed', userId: benId, name: 'Closed for good' },
    ]) {
      await show(notice(payload))
      await ben.until('channels', {}, (list) => list.some((each) => each.name === 'Ward'))
      await goesOn()
    }
    await nothingNoted('Closed for good')
    await nothingNoted('removed')
    liar.lies['channel.read'] = (answer) => ({
      ...answer,
      channel: { ...answer.channel, kind: 'public', name: 'Closed for good', topic: '' },
    })
    liar.push({ type: 'channel', channelId })
    await goesOn()
    const view = await ben.until('channel', { channelId }, (each) => each !== undefined)
    expect([view?.kind, view?.name]).toEqual(['private', 'Ward'])
  })
})

function placeIn(truth: readonly Entry[]): Pick<Entry, 'channelId' | 'generation' | 'epoch'> {
  const { channelId, generation, epoch } = endOf(truth)
  return { channelId, generation, epoch }
}
