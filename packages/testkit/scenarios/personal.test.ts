import type { Notification } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import type { ChannelId } from '@reforms/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let rota: ChannelId
/** Ana's second device, which leaves and comes back. */
const desk = { database: openMemoryDatabase() }
let second: TestPerson

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = await TestPerson.register(options, server.setupLink, 'Ana')
  ben = await TestPerson.register(options, await ana.invite(), 'Ben')
  rota = await ana.createChannel('Night rota', 'private', [await ben.me()])
  await ben.isIn(rota)
  second = await TestPerson.restore({ ...options, ...desk }, 'Ana', ana.phrase)
  await second.isIn(rota)
})
afterAll(async () => {
  await Promise.all([ana, ben, second].map((person) => person?.leave()))
  await server?.stop()
})

type Listener = Parameters<TestPerson['engine']['onNotification']>[0]

/** `onTold` hears from the beginning: what fell due meanwhile is told soon. */
const comeBack = async (onTold?: Listener) => {
  second = await TestPerson.open({ serverUrl: server.url, ...desk })
  if (onTold) second.engine.onNotification(onTold)
  await second.online()
}
const sectionsOf = (person: TestPerson, ...names: string[]) =>
  person.until('list', {}, ({ sections }) => names.every((name, at) => sections[at]?.name === name))
const itemOf = (person: TestPerson, fits: (item: { muted?: true; section?: string }) => boolean) =>
  person.until('channels', {}, (items) => items.some((item) => item.channelId === rota && fits(item)))

describe('what is arranged on one device', () => {
  it('OWN-7: stands on the other, and what both changed while one was away stands on both', async () => {
    const { id: ward } = await ana.do('list.createSection', { name: 'Ward' })
    const { id: later } = await ana.do('list.createSection', { name: 'Later' })
    await ana.do('list.move', { channelId: rota, section: ward })
    await sectionsOf(second, 'Ward', 'Later')
    await itemOf(second, ({ section }) => section === ward)
    await second.leave()
    await ana.do('list.nameSection', { id: ward, name: 'Ward 3' })
    await ana.do('list.show', { sort: 'activity' })
    second = await TestPerson.open({ serverUrl: 'http://127.0.0.1:9', ...desk })
    await second.do('list.moveSection', { id: later, before: ward })
    await second.do('list.favourite', { channelId: rota, on: true })
    await second.leave()
    await comeBack()
    for (const person of [ana, second]) {
      await sectionsOf(person, 'Later', 'Ward 3')
      await person.until('list', {}, ({ sort }) => sort === 'activity')
      await person.until('channels', {}, (items) => items.some(({ favourite }) => favourite))
    }
  })

  it('OWN-7: a section that was deleted comes back with what was in it', async () => {
    const list = await ana.until('list', {}, ({ sections }) => sections.length === 2)
    const { id, name } = list.sections[1]!
    await ana.do('list.deleteSection', { id })
    await sectionsOf(second, 'Later')
    await itemOf(ana, ({ section }) => section === undefined)
    await ana.do('list.nameSection', { id, name })
    await itemOf(second, ({ section }) => section === id)
  })

  it('OWN-6: of a muted channel only what names somebody is counted and notified', async () => {
    await second.do('list.mute', { channelId: rota, on: true })
    await itemOf(ana, ({ muted }) => muted === true)
    const told: Notification[] = []
    const stop = ana.engine.onNotification((notification) => told.push(notification))
    for (const words of ['Lunch is here', '@channel the lift is out', '@ana can you come?'])
      await ben.say(rota, words)
    await ana.hears(rota, '@ana can you come?')
    const items = await ana.until('channels', {}, (all) => all.some(({ mentions }) => mentions > 0))
    expect(items[0]).toMatchObject({ unread: 1, mentions: 1 })
    expect(told.map(({ body }) => body)).toEqual(['@ana can you come?'])
    stop()
    await ana.do('list.mute', { channelId: rota, on: false })
    const again = await ana.until('channels', {}, ([item]) => item?.muted === undefined)
    expect(again[0]).toMatchObject({ unread: 3, mentions: 2 })
  })
})

describe('what is kept to come back to', () => {
  it('OWN-8: a saved message stands on the other device, until it is removed there or erased', async () => {
    await ben.say(rota, 'The code of the gate is 4711')
    await ben.say(rota, 'The key is with the porter')
    const gate = await ana.hears(rota, 'The code of the gate is 4711')
    const key = await ana.hears(rota, 'The key is with the porter')
    for (const { seq } of [gate, key]) await ana.do('saved.set', { channelId: rota, seq: seq!, on: true })
    const both = await second.until('saved', {}, (saved) => saved.length === 2)
    expect(both.map(({ said, channelName }) => [said?.authorName, said?.text, channelName])).toEqual([
      ['Ben', 'The key is with the porter', 'Night rota'],
      ['Ben', 'The code of the gate is 4711', 'Night rota'],
    ])
    await second.do('saved.set', { channelId: rota, seq: key.seq!, on: false })
    await ana.until('savedIn', { channelId: rota }, (seqs) => seqs.length === 1 && seqs[0] === gate.seq)
    await ben.do('message.redact', { channelId: rota, seq: gate.seq! })
    await ana.until('saved', {}, (saved) => saved.length === 0)
  })

  it('OWN-9: threads that somebody is in stand in one list, each with what is new in it', async () => {
    await ana.say(rota, 'Who takes Friday?')
    const asked = await ben.hears(rota, 'Who takes Friday?')
    await ben.say(rota, 'Lunch?')
    const lunch = await ben.hears(rota, 'Lunch?')
    const answer = (person: TestPerson, seq: number, text: string) =>
      person.do('message.send', { channelId: rota, text, files: [], answers: { as: 'thread', seq } })
    await answer(ben, asked.seq!, 'I do')
    await answer(ben, lunch.seq!, 'Anybody?')
    const [thread, ...others] = await second.until('threads', {}, ([first]) => first?.unread === 1)
    expect(thread).toMatchObject({ said: { text: 'Who takes Friday?' }, count: 1, people: ['Ben'] })
    expect(others).toEqual([])
    await ana.do('thread.markRead', {
      channelId: rota,
      root: asked.seq!,
      seq: Math.max(asked.seq!, lunch.seq!) + 1,
    })
    await second.until('threads', {}, ([first]) => first?.unread === 0)
  })
})

describe('what is written and not sent yet', () => {
  const draft = (text: string, thread?: number) =>
    ana.do('draft.keep', { channelId: rota, text, ...(thread ? { thread } : {}) })

  it('OWN-10: stands on the other device, for the channel and each of its threads, until it is sent', async () => {
    await draft('Dear all,')
    await draft('About Friday:', 3)
    await second.until('draft', { channelId: rota }, (text) => text === 'Dear all,')
    await second.until('draft', { channelId: rota, thread: 3 }, (text) => text === 'About Friday:')
    await itemOf(second, (item) => 'draft' in item)
    await second.do('draft.keep', { channelId: rota, text: '' })
    await second.do('draft.keep', { channelId: rota, thread: 3, text: '' })
    await ana.until('draft', { channelId: rota }, (text) => text === '')
    await itemOf(ana, (item) => !('draft' in item))
  })

  it('OWN-10: stays where it is typed if it is too long to be kept, and what was kept stays', async () => {
    await draft('Short enough')
    await second.until('draft', { channelId: rota }, (text) => text === 'Short enough')
    await expect(ana.do('draft.keep', { channelId: rota, text: 'x'.repeat(60_000) })).rejects.toMatchObject({
      problem: { code: 'too-large' },
    })
    expect(await ana.until('draft', { channelId: rota }, () => true)).toBe('Short enough')
    await draft('')
  })
})

describe('what somebody wants to be reminded of', () => {
  it('OWN-11: is told once on each device when the time has come, and is due until it is done anywhere', async () => {
    await ben.say(rota, 'Send me the list')
    const { seq } = await ana.hears(rota, 'Send me the list')
    await second.hears(rota, 'Send me the list')
    const told: string[] = []
    const hear: Listener = ({ title, body }) => void told.push(`${title}: ${body}`)
    for (const person of [ana, second]) person.engine.onNotification(hear)
    await ana.do('reminder.set', { channelId: rota, seq: seq!, at: Date.now() + 3000 })
    const [waiting] = await second.until('reminders', {}, (all) => all.length === 1)
    expect(waiting).toMatchObject({ due: false, said: { text: 'Send me the list' } })
    await second.until('reminders', {}, ([first]) => first?.due === true)
    await ana.until('reminders', {}, ([first]) => first?.due === true)
    expect(told).toEqual(Array.from({ length: 2 }, () => 'Reminder: Ben: Send me the list'))
    await second.leave()
    await ana.do('reminder.set', { channelId: rota, seq: seq!, at: Date.now() + 500 })
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(3)
    await comeBack(hear)
    await second.until('reminders', {}, ([first]) => first?.due === true)
    // What fell due while it was away is told, once.
    await expect.poll(() => told.length, { timeout: 15_000 }).toBe(4)
    await second.leave()
    await comeBack(hear)
    await sleep(6000)
    expect(told).toHaveLength(4)
    await second.do('reminder.set', { channelId: rota, seq: seq! })
    await ana.until('reminders', {}, (all) => all.length === 0)
  })
})
