/** Whom the round of each second asks for: who is new, whose user may have changed, and in time everybody. */
import type { SessionId, UserId } from '@reforms/protocol'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Actor } from '../ports/call.ts'
import { newId } from '../testing.ts'
import type { Connection } from './connection.ts'
import type { Hub } from './hub.ts'
import { Followed, KnownActor } from './known-actor.ts'
import { WriteRounds } from './outgoing.ts'
import { Rounds } from './rounds.ts'

const ROUNDS_FOR_ALL = 30
/** A round that is so late is not waited for. */
const LATE_MS = 3000

let connections: Set<Connection>
let followed: Followed
let ended: SessionId[]
let asked: UserId[]
let since: (string | undefined)[]
let changed: UserId[]
let dead: SessionId[]
let fails: boolean
let whileAsked: () => void
let rounds: Rounds

function connect(pulse: number): Actor {
  const actor: Actor = { userId: newId(), role: 'member', sessionId: newId(), deviceId: newId() }
  const identity = { userId: actor.userId, sessionId: actor.sessionId }
  connections.add({ identity, pulse, known: new KnownActor(actor, followed) } as unknown as Connection)
  return actor
}

beforeEach(() => {
  ;[connections, ended, asked, since, changed, dead] = [new Set(), [], [], [], [], []]
  followed = new Followed()
  fails = false
  whileAsked = () => undefined
  const those = (which: (connection: Connection) => boolean) => [...connections].filter(which)
  const hub = {
    connectionsOf: (userId: UserId) => those(({ identity }) => identity.userId === userId),
    inPulse: (part: number) => those(({ pulse }) => pulse === part),
    endSessions: (sessionIds: SessionId[]) => void ended.push(...sessionIds),
  }
  const sources = {
    heads: () => Promise.resolve([]),
    touch: () => Promise.resolve(),
    changedUsers: (from: string | undefined) => {
      since.push(from)
      return Promise.resolve({ userIds: changed, next: `after ${since.length}` })
    },
    changed: (actors: readonly Actor[]) => {
      if (fails) return Promise.reject(new Error('away'))
      asked.push(...actors.map(({ userId }) => userId))
      whileAsked()
      const gone = actors.filter(({ sessionId }) => dead.includes(sessionId))
      return Promise.resolve(gone.map(({ sessionId }) => ({ sessionId, role: undefined })))
    },
  }
  const looked = { hub: hub as unknown as Hub, followed, writeRounds: new WriteRounds() }
  rounds = new Rounds(looked, sources, pino({ level: 'silent' }))
})

afterEach(() => void vi.useRealTimers())

async function follow(): Promise<UserId[]> {
  asked = []
  await rounds.followSessions()
  return asked
}

test('SES-6: a new socket is asked for once, then where its user may have changed', async () => {
  // A part whose turn does not come in this test.
  const [ada, ben] = [connect(20), connect(20)]
  expect(await follow()).toEqual([ada.userId, ben.userId])
  expect(await follow()).toEqual([])
  changed = [ben.userId, newId()]
  dead = [ben.sessionId]
  expect(await follow()).toEqual([ben.userId])
  expect(ended).toEqual([ben.sessionId])
  expect(since).toEqual([undefined, 'after 1', 'after 2'])
})

test('SES-6: what a round could not ask for is asked for by the next, also of whom nothing is told again', async () => {
  const ada = connect(20)
  await follow()
  const late = connect(20)
  changed = [ada.userId]
  fails = true
  await expect(follow()).rejects.toThrow('away')
  fails = false
  changed = []
  expect(await follow()).toEqual([late.userId, ada.userId])
  expect(await follow()).toEqual([])
  expect(since).toEqual([undefined, 'after 1', 'after 2', 'after 3'])
})

test('SES-6: a session that a round finds ended is, while a request asks for it as well', async () => {
  vi.useFakeTimers()
  const ada = connect(20)
  const { known } = [...connections][0]!
  await follow()
  vi.advanceTimersByTime(LATE_MS)
  changed = [ada.userId]
  dead = [ada.sessionId]
  let answer: (actor: Actor | undefined) => void = () => undefined
  whileAsked = () => {
    vi.advanceTimersByTime(1)
    void known.current(() => new Promise((resolve) => (answer = resolve)))
  }
  followed.at = -Infinity
  await follow()
  expect(ended).toEqual([ada.sessionId])
  answer(ada)
})

test('SES-6: everybody is asked for once in thirty rounds, whatever is known', async () => {
  const people = Array.from({ length: 240 }, (_, pulse) => connect(pulse).userId)
  await follow()
  const seen: UserId[] = []
  for (let round = 0; round < ROUNDS_FOR_ALL; round += 1) {
    const some = await follow()
    expect(some).toHaveLength(people.length / ROUNDS_FOR_ALL)
    seen.push(...some)
  }
  expect(new Set(seen)).toEqual(new Set(people))
})

test('SES-6: a session that a request has found ended is neither asked for nor kept', async () => {
  vi.useFakeTimers()
  const ada = connect(20)
  await follow()
  const [connection] = connections
  vi.advanceTimersByTime(LATE_MS)
  expect(await connection!.known.current(() => Promise.resolve(undefined))).toBeUndefined()
  expect(await follow()).toEqual([])
  expect(ended).toEqual([ada.sessionId])
  expect(followed.inDoubt.size).toBe(0)
})
