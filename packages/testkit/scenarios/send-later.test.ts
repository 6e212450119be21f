/** Messages that are sent later: by one device of several, once, whatever dies in between. */
import { TransportLost, type Clock, type Database, type Transport } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import type { ChannelId, ClientId } from '@reforms/protocol'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

let server: TestServer
let ana: TestPerson
let ben: TestPerson
let rota: ChannelId
const bens = openMemoryDatabase()
const people: TestPerson[] = []
const keep = (person: TestPerson) => (people.push(person), person)

/** What stands between Ana's devices and the server. */
let onVault = async (write: () => Promise<unknown>): Promise<unknown> => write()
let onAppend = async (append: () => Promise<unknown>): Promise<unknown> => append()
const between = (transport: Transport): Transport => ({
  call: (async (operation, input, via) => {
    const call = () => transport.call(operation, input, via)
    if (operation === 'vault.write') return onVault(call)
    return operation === 'log.append' ? onAppend(call) : call()
  }) as Transport['call'],
  open: (listener) => transport.open(listener),
  close: () => transport.close(),
  upload: (blobId, offset, bytes) => transport.upload(blobId, offset, bytes),
  download: (blobId, range) => transport.download(blobId, range),
})

/** A clock that somebody turns forward: what becomes due by it is done at once, however slow the machine is. */
class TurnedClock implements Clock {
  #aheadMs = 0
  readonly #waiting = new Set<{ dueAt: number; work: () => void; timer?: NodeJS.Timeout }>()

  now(): number {
    return Date.now() + this.#aheadMs
  }

  after(ms: number, work: () => void): () => void {
    const item = { dueAt: this.now() + ms, work }
    this.#waiting.add(item)
    this.#start(item)
    return () => this.#forget(item)
  }

  turn(ms: number): void {
    this.#aheadMs += ms
    for (const item of this.#waiting) this.#start(item)
  }

  #start(item: { dueAt: number; work: () => void; timer?: NodeJS.Timeout }): void {
    clearTimeout(item.timer)
    item.timer = setTimeout(
      () => {
        this.#forget(item)
        item.work()
      },
      Math.max(0, item.dueAt - this.now()),
    )
  }

  #forget(item: { timer?: NodeJS.Timeout; dueAt: number; work: () => void }): void {
    clearTimeout(item.timer)
    this.#waiting.delete(item)
  }
}

const IN_A_WHILE_MS = 120_000
/** The clock of Ana's devices. */
const clock = new TurnedClock()

/** Thirty of its seconds pass in one. */
const FAST = 30
const fastClock = (began = Date.now(), aheadMs = clock.now() - began): Clock => ({
  now: () => began + aheadMs + (Date.now() - began) * FAST,
  after: (ms, work) => {
    const timer = setTimeout(work, Math.ceil(ms / FAST))
    return () => clearTimeout(timer)
  },
})

const phone: { database: Database } = { database: openMemoryDatabase() }
const desk: { database: Database } = { database: openMemoryDatabase() }
const open = async (device: { database: Database }, options: { clock?: Clock } = {}) => {
  const person = keep(await TestPerson.open({ serverUrl: server.url, between, clock, ...device, ...options }))
  await person.online()
  return person
}

beforeAll(async () => {
  server = await startServer()
  const options = { serverUrl: server.url }
  ana = keep(await TestPerson.register({ ...options, ...phone, between, clock }, server.setupLink, 'Ana'))
  ben = keep(await TestPerson.register({ ...options, database: bens }, await ana.invite(), 'Ben'))
  rota = await ana.createChannel('Night rota', 'private', [await ben.me()])
  await ben.isIn(rota)
})
afterAll(async () => {
  await Promise.all(people.map((person) => person.leave()))
  await server?.stop()
})

const entriesOf = (clientId: ClientId) =>
  bens.all('SELECT place, sender FROM entry WHERE client_id = ? ORDER BY seq', [clientId])
const heard = async (text: string) => (await ben.texts(rota)).filter((each) => each === text)

describe('a message that is to be sent later', () => {
  it('OWN-14: waits on all devices, can be changed on each, and is sent when its time has come', async () => {
    const second = keep(
      await TestPerson.restore({ serverUrl: server.url, ...desk, between, clock }, 'Ana', ana.phrase),
    )
    await second.isIn(rota)
    await ana.say(rota, 'Who has the key?')
    const { seq } = await second.hears(rota, 'Who has the key?')
    const at = clock.now() + 3_600_000
    const answers = { as: 'reply' as const, seq: seq! }
    const { clientId } = await ana.do('later.set', { channelId: rota, text: 'I hav it', at, answers })
    const { clientId: other } = await ana.do('later.set', { channelId: rota, text: 'Not this', at })
    const both = await second.until('scheduled', {}, (all) => all.length === 2)
    expect(both[0]).toMatchObject({ text: 'I hav it', at, channelName: 'Night rota' })
    await second.do('later.delete', { clientId: other })
    await second.do('later.set', { channelId: rota, clientId, text: 'I have it', at })
    await ana.until('scheduled', {}, ([first, more]) => first?.text === 'I have it' && !more)
    await expect(ana.do('later.set', { channelId: rota, text: 'Late', at: 1 })).rejects.toMatchObject({
      problem: { code: 'invalid-input' },
    })
    expect(await heard('I have it')).toEqual([])
    await ana.do('later.sendNow', { clientId })
    expect(await ben.hears(rota, 'I have it')).toMatchObject({ answers: { seq } })
    for (const person of [ana, second]) await person.until('scheduled', {}, (all) => all.length === 0)
  })

  it('OWN-15: is claimed by one of two devices that want to send it at the same moment', async () => {
    let waiting = 0
    let arrived = () => undefined as void
    const bothHere = new Promise<void>((resolve) => (arrived = resolve))
    const at = clock.now() + IN_A_WHILE_MS
    const { clientId } = await ana.do('later.set', { channelId: rota, text: 'Once', at })
    const second = people.at(-1)!
    await second.until('scheduled', {}, (all) => all.length === 1)
    // Neither claim reaches the server before the other is on its way.
    onVault = async (write) => {
      if (++waiting === 2) arrived()
      await Promise.race([bothHere, sleep(20_000)])
      return write()
    }
    clock.turn(IN_A_WHILE_MS)
    await ben.hears(rota, 'Once')
    onVault = async (write) => write()
    expect(waiting).toBeGreaterThanOrEqual(2)
    for (const person of [ana, second]) await person.until('scheduled', {}, (all) => all.length === 0)
    await sleep(1000)
    expect(entriesOf(clientId)).toHaveLength(1)
    await second.leave()
  })

  it('OWN-15: is sent by the device that claimed it and died before it could, once it is back', async () => {
    let isWritten = () => undefined as void
    const isInVault = new Promise<void>((resolve) => (isWritten = resolve))
    onVault = async (write) => {
      const result = await write()
      isWritten()
      return result
    }
    const at = clock.now() + IN_A_WHILE_MS
    const { clientId } = await ana.do('later.set', { channelId: rota, text: 'After all', at })
    await isInVault
    let claimed = () => undefined as void
    const isClaimed = new Promise<void>((resolve) => (claimed = resolve))
    let gone = () => undefined as void
    const isGone = new Promise<void>((resolve) => (gone = resolve))
    onVault = async (write) => {
      await write()
      claimed()
      await isGone
      throw new TransportLost('this program was killed')
    }
    clock.turn(IN_A_WHILE_MS)
    await isClaimed
    const left = ana.leave()
    gone()
    await left
    onVault = async (write) => write()
    expect(entriesOf(clientId)).toEqual([])
    ana = await open(phone)
    await ben.hears(rota, 'After all')
    await ana.until('scheduled', {}, (all) => all.length === 0)
    expect(entriesOf(clientId)).toHaveLength(1)
  })

  it('OWN-15, MSG-10: is sent by another device once the claim is over, and shown once should the first send it too', async () => {
    // The first device has put it into its outbox, and does not come to send it.
    let held = () => undefined as void
    const isHeld = new Promise<void>((resolve) => (held = resolve))
    let release = () => undefined as void
    const isReleased = new Promise<void>((resolve) => (release = resolve))
    let first = true
    onAppend = async (append) => {
      if (!first) return append()
      first = false
      held()
      await isReleased
      return append()
    }
    const at = clock.now() + IN_A_WHILE_MS
    const { clientId } = await ana.do('later.set', { channelId: rota, text: 'Only once', at })
    clock.turn(IN_A_WHILE_MS)
    await isHeld
    const second = await open(desk, { clock: fastClock() })
    await ben.hears(rota, 'Only once')
    expect(entriesOf(clientId)).toHaveLength(1)
    release()
    await expect.poll(() => entriesOf(clientId).length, { timeout: 15_000 }).toBe(2)
    const [one, other] = entriesOf(clientId)
    expect(one?.['sender']).not.toBe(other?.['sender'])
    expect([one?.['place'], other?.['place']]).toEqual(['channel', 'nowhere'])
    for (const person of [ana, second, ben]) {
      await person.hears(rota, 'Only once')
      expect((await person.texts(rota)).filter((text) => text === 'Only once')).toHaveLength(1)
    }
    for (const person of [ana, second]) await person.until('scheduled', {}, (all) => all.length === 0)
    // Deleted, both are.
    const { seq } = await ana.hears(rota, 'Only once')
    await ana.do('message.redact', { channelId: rota, seq: seq! })
    await expect
      .poll(() => bens.all("SELECT 1 FROM entry WHERE client_id = ? AND state = 'clear'", [clientId]).length)
      .toBe(0)
    expect(await heard('Only once')).toEqual([])
  })
})
