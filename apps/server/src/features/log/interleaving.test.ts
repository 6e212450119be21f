import { FIRST_HEAD, hashPayload, nextHead } from '@reforms/crypto/public'
import { decodeCbor, type ChannelId, type CommitPayload, type Entry } from '@reforms/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../testing.ts'
import { membersOf, type TestMember } from '../testing-member.ts'

/** A repeatable source of numbers below 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const STEPS = 20
let server: TestServer
let members: TestMember[]

beforeAll(async () => {
  server = await startTestServer({ limits: { turnRestMs: 0, idleCommitsPerHour: 1e6, joinsPerHour: 1e6 } })
  members = await membersOf(server, 'ada', 'ben', 'carl', 'dora')
}, 60_000)
afterAll(() => server.stop())

/** Refusals are part of the game; anything else is a fault. */
async function attempt(step: () => Promise<unknown>): Promise<string> {
  try {
    await step()
    return 'done'
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
    throw error
  }
}

/** One person: acknowledged sends are noted, and everything else that somebody may do in a channel. */
class Actor {
  readonly member: TestMember
  readonly acknowledged: { seq: number; clientId: string }[] = []
  readonly refusals = new Set<string>()
  #applied = 0
  #inGroup = false

  constructor(member: TestMember, founder: boolean) {
    this.member = member
    if (!founder) return
    this.#inGroup = true
    this.#applied = 1
  }

  async #catchUp(): Promise<void> {
    const { channelId } = this.member
    const { entries } = await this.member.call('log.read', { channelId, after: this.#applied, limit: 500 })
    for (const entry of entries) {
      if (entry.kind === 'commit' && entry.sender !== this.member.deviceId) {
        const payload = decodeCbor(entry.payload!) as Extract<CommitPayload, { type: 'commit' }>
        this.#inGroup = (await this.member.follow(payload)) === 'applied'
        if (!this.#inGroup) return
      }
      this.#applied = entry.seq
    }
  }

  async #enter(): Promise<void> {
    const { channelId } = this.member
    await this.member.call('channel.join', { channelId })
    this.#applied = (await this.member.enterExternally()).seq
    this.#inGroup = true
  }

  async #say(): Promise<void> {
    const message = await this.member.message()
    // A client does not know what was placed when its answer was lost: it sends again.
    const [placed] = await Promise.all([
      this.member.call('log.append', message),
      this.member.call('log.append', message),
    ])
    this.acknowledged.push({ seq: placed.seq, clientId: message.clientId })
  }

  async #commit(): Promise<void> {
    await this.#catchUp()
    this.#applied = (await this.member.commitTurn()).seq
  }

  async #leave(): Promise<void> {
    await this.member.call('channel.leave', { channelId: this.member.channelId })
    this.#inGroup = false
  }

  async step(choice: number): Promise<void> {
    const outcome = await attempt(async () => {
      if (!this.#inGroup) return this.#enter()
      if (choice < 0.6) return this.#say()
      if (choice < 0.9) return this.#commit()
      return this.#leave()
    })
    if (outcome === 'done') return
    this.refusals.add(outcome)
    if (outcome === 'removal-pending') this.refusals.add(await attempt(() => this.#commit()))
  }
}

/** The chain holds, and every message stands in the epoch that the commits before it made. */
function checkLog(entries: readonly Entry[]): void {
  let head = FIRST_HEAD
  let epoch = -1
  for (const [index, entry] of entries.entries()) {
    expect(entry.seq).toBe(index + 1)
    head = nextHead(head, { ...entry, sender: entry.sender ?? null }, hashPayload(entry.payload!))
    expect(entry.head).toEqual(head)
    if (entry.kind === 'commit') expect(entry.epoch).toBe(epoch === -1 ? 0 : epoch)
    else expect(entry.epoch).toBe(epoch)
    if (entry.kind === 'commit') epoch += 1
  }
}

async function readAll(channelId: ChannelId): Promise<Entry[]> {
  const rows = await server.sql<{ userId: string }[]>`
    select user_id as "userId" from live_leaf where channel_id = ${channelId} limit 1`
  const reader = members.find(({ userId }) => userId === rows[0]?.userId)!
  return (await reader.call('log.read', { channelId, after: 0, limit: 500 })).entries
}

test.each([1, 2])(
  'LOG-1, LOG-6, LOG-10, LOG-11: whatever people do at once, the log is one chain and keeps what it acknowledged (seed %i)',
  async (seed) => {
    const random = seeded(seed)
    const [founder] = members as [TestMember]
    await founder.create('public', {})
    for (const member of members) member.channelId = founder.channelId
    const actors = members.map((member) => new Actor(member, member === founder))
    for (let step = 0; step < STEPS; step += 1) {
      // The founder stays, so that somebody can always commit.
      await Promise.all(actors.map((actor, i) => actor.step(i === 0 ? random() * 0.9 : random())))
    }
    const entries = await readAll(founder.channelId)
    checkLog(entries)
    expect(entries.filter(({ kind }) => kind === 'commit').length).toBeGreaterThan(5)
    const placed = new Map(entries.map((entry) => [entry.clientId as string, entry.seq]))
    expect(placed.size).toBe(entries.length)
    const acknowledged = actors.flatMap((actor) => actor.acknowledged)
    expect(acknowledged.length).toBeGreaterThan(STEPS / 4)
    for (const { clientId, seq } of acknowledged) expect(placed.get(clientId)).toBe(seq)
    const refusals = new Set(actors.flatMap((actor) => [...actor.refusals]))
    const expected = [
      'done',
      'stale-epoch',
      'removal-pending',
      'forbidden',
      'turn-busy',
      'commit-refused',
      'not-granted',
      // By a member's own library, when the turn tells of more than it has caught up with.
      'unsupported-commit',
    ]
    for (const code of refusals) expect(expected).toContain(code)
  },
  120_000,
)
