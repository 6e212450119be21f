import { decodeCbor, type ChannelId, type ServerFrame, type UserId } from '@reforms/protocol'
import fc from 'fast-check'
import { EventEmitter } from 'node:events'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { Connection } from './connection.ts'
import { Hub } from './hub.ts'
import { Followed, KnownActor } from './known-actor.ts'
import type { Outgoing } from './outgoing.ts'

const CHANNEL = 'channel' as ChannelId
const USERS = ['ada', 'bob', 'cid'] as UserId[]

/** The bytes of a header before a frame of up to 125 bytes. */
const HEADER_BYTES = 2

/** A socket, and what goes out to it, that keeps what it is sent. */
class Sink extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bytes = 0
  readonly seen: string[] = []
  closedWith: number | undefined

  add(frame: Uint8Array): void {
    const message = new Uint8Array(frame).subarray(HEADER_BYTES)
    const { event } = decodeCbor(message) as Extract<ServerFrame, { event: unknown }>
    if (event.type === 'typing') this.seen.push(event.userId)
  }

  write(): void {}

  discard(): void {}

  close(code: number): void {
    this.closedWith = code
  }

  terminate(): void {
    this.emit('close')
  }
}

/** A roster in a database that answers when it is told to, with what was true when it was asked. */
class SlowRosters {
  members = new Set<UserId>()
  fails = false
  readonly #asked: (() => void)[] = []

  channelsOf(userId: UserId): Promise<ChannelId[]> {
    return this.#later(() => (this.members.has(userId) ? [CHANNEL] : []))
  }

  membersOf(): Promise<UserId[]> {
    return this.#later(() => [...this.members])
  }

  async answerAll(): Promise<void> {
    while (this.#asked.length > 0) await this.answerOne()
  }

  async answerOne(): Promise<void> {
    this.#asked.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }

  #later<T>(read: () => T): Promise<T> {
    const found = read()
    return new Promise((resolve, reject) => {
      this.#asked.push(() => (this.fails ? reject(new Error('away')) : resolve(found)))
    })
  }
}

function connect(hub: Hub, userId: UserId): Sink {
  const sink = new Sink()
  const identity = { userId, socketId: userId, sessionId: userId, deviceId: userId, address: '' } as never
  const known = new KnownActor(identity, new Followed())
  void hub
    .add(new Connection(sink as unknown as WebSocket, sink as unknown as Outgoing, identity, known))
    .catch(() => undefined)
  return sink
}

type Step =
  | { kind: 'event' }
  | { kind: 'answer' }
  | { kind: 'toggle'; user: UserId }
  | { kind: 'connect'; user: UserId }

const steps = fc.array(
  fc.oneof(
    fc.constant<Step>({ kind: 'event' }),
    fc.constant<Step>({ kind: 'answer' }),
    fc.constantFrom(...USERS).map((user): Step => ({ kind: 'toggle', user })),
    fc.constantFrom(...USERS).map((user): Step => ({ kind: 'connect', user })),
  ),
  { minLength: 10, maxLength: 60 },
)

/** Runs a schedule to its end, until the database has answered everything. */
async function run(schedule: readonly Step[]) {
  const rosters = new SlowRosters()
  const hub = new Hub(rosters, pino({ level: 'silent' }))
  const sinks = new Map<UserId, Sink>()
  for (const [number, step] of schedule.entries()) {
    if (step.kind === 'answer') await rosters.answerOne()
    else if (step.kind === 'connect' && !sinks.has(step.user)) sinks.set(step.user, connect(hub, step.user))
    else if (step.kind === 'toggle') {
      if (!rosters.members.delete(step.user)) rosters.members.add(step.user)
      hub.rosterChanged(CHANNEL)
    } else if (step.kind === 'event') {
      hub.toChannel(CHANNEL, { type: 'typing', channelId: CHANNEL, userId: String(number) })
    }
  }
  await rosters.answerAll()
  hub.toChannel(CHANNEL, { type: 'typing', channelId: CHANNEL, userId: 'last' })
  return { sinks, members: rosters.members }
}

describe('the hub', () => {
  test('GW-3: whatever comes in between, events stay in order and those inside get the last one', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (schedule) => {
        const { sinks, members } = await run(schedule)
        for (const [user, { seen }] of sinks) {
          expect(seen.includes('last')).toBe(members.has(user))
          const numbers = seen.filter((each) => each !== 'last').map(Number)
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('PERM-3: whoever is outside from an event on until the end is never sent it', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (schedule) => {
        const leaving: Step[] = USERS.slice(1).map((user) => ({ kind: 'toggle', user }))
        const outside = new Set(USERS)
        for (const step of schedule) {
          if (step.kind === 'toggle' && !outside.delete(step.user)) outside.add(step.user)
        }
        // All but ada are taken out, then events follow in every state of the roster's being read.
        const out = leaving.filter((step) => step.kind === 'toggle' && !outside.has(step.user))
        const after: Step[] = [{ kind: 'event' }, { kind: 'answer' }, { kind: 'event' }, { kind: 'answer' }]
        const { sinks } = await run([...schedule, ...out, ...after])
        const first = schedule.length + out.length
        for (const user of USERS.slice(1)) {
          const late = (sinks.get(user)?.seen ?? []).filter(
            (each) => each === 'last' || Number(each) >= first,
          )
          expect(late).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a roster that cannot be read ends the connections that it concerns', async () => {
    const rosters = new SlowRosters()
    const hub = new Hub(rosters, pino({ level: 'silent' }))
    rosters.members.add(USERS[0]!)
    const sink = connect(hub, USERS[0]!)
    await rosters.answerAll()
    rosters.fails = true
    hub.rosterChanged(CHANNEL)
    hub.toChannel(CHANNEL, { type: 'typing', channelId: CHANNEL, userId: '1' })
    await rosters.answerAll()
    expect(sink).toMatchObject({ closedWith: 1013, seen: [] })
  })
})

describe('what sockets may hold', () => {
  const hub = () => {
    const rosters = new SlowRosters()
    return new Hub(rosters, pino({ level: 'silent' }))
  }

  test('GW-9: a session that opens more and more of them loses its oldest', () => {
    const crowded = hub()
    const sinks = Array.from({ length: 10 }, () => connect(crowded, USERS[0]!))
    expect(sinks.map(({ closedWith }) => closedWith)).toEqual([1013, 1013, ...Array(8).fill(undefined)])
    expect([...crowded.connections]).toHaveLength(8)
  })
})
