/**
 * Random lives of channels, many at once on one server: people talk, come, go, are added and removed, lose their connection,
 * have their program killed; now and then the server is killed. Afterwards everybody must have exactly what was theirs.
 * Seeds are printed; `REFORMS_SEEDS=7,19` runs these alone, `REFORMS_SEED_COUNT` another number of them.
 */
import type { ChannelId, UserId } from '@reforms/protocol'
import type { Database } from '@reforms/client'
import { openMemoryDatabase } from '@reforms/client/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, TestPerson, type TestServer } from '../src/index.ts'

const SEED_COUNT = Number(process.env['REFORMS_SEED_COUNT'] ?? 100)
const SEEDS =
  process.env['REFORMS_SEEDS']?.split(',').map(Number) ?? Array.from({ length: SEED_COUNT }, (_, i) => i + 1)
const AT_ONCE = 5
const STEPS = 8
const NAMES = ['Ana', 'Ben', 'Carla', 'Dora', 'Emil']
const SETTLE_MS = 60_000
const CHAOS_EVERY_MS = 1500

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { below: (limit: number) => Math.floor(next() * limit) }
}
type RandomSource = ReturnType<typeof randomFrom>

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

interface Player {
  name: string
  database: Database
  person: TestPerson
  userId: UserId
  /** Resolves when the program, killed and started again, is there. */
  present: Promise<void>
}

let server: TestServer
const players: Player[] = []

beforeAll(async () => {
  server = await startServer()
  let link = server.setupLink
  for (const name of NAMES) {
    const database = openMemoryDatabase()
    const person = await TestPerson.register({ serverUrl: server.url, database }, link, name)
    players.push({ name, database, person, userId: await person.me(), present: Promise.resolve() })
    link = await (players[0] as Player).person.invite()
  }
})
afterAll(async () => {
  await Promise.all(players.map((player) => player.person.leave()))
  await server?.stop()
})

/** Ends a program between two steps, whatever it was doing, and starts it again on what it had written. */
async function killProgram(player: Player): Promise<void> {
  const again = (async () => {
    await player.person.leave()
    player.person = await TestPerson.open({ serverUrl: server.url, database: player.database })
  })()
  player.present = again
  await again
}

/** Trouble for everybody while the channels live. Stops when told to. */
function makeTrouble(random: RandomSource) {
  let running = true
  const done = (async () => {
    for (let round = 1; running; round += 1) {
      await pause(CHAOS_EVERY_MS)
      if (round % 8 === 0) {
        await server.kill9()
        await server.start()
      } else {
        await killProgram(players[1 + random.below(players.length - 1)] as Player)
      }
    }
  })()
  return async () => {
    running = false
    await done
  }
}

/** An intent of somebody who may be away, or may not do it: that is no fault here. True when it was done. */
async function attempt(player: Player, act: (person: TestPerson) => Promise<unknown>): Promise<boolean> {
  await player.present
  return act(player.person).then(
    () => true,
    () => false,
  )
}

async function isMember(player: Player, channelId: ChannelId): Promise<boolean> {
  await player.present
  let member = false
  player.person.engine.watch('channels', {}, (channels) => {
    member = channels.some((channel) => channel.channelId === channelId && channel.place === 'member')
  })()
  return member
}

async function live(seed: number): Promise<void> {
  const random = randomFrom(seed)
  const founder = players[0] as Player
  const kind = random.below(2) === 0 ? 'public' : 'private'
  const channelId = await createWithPatience(founder, `Life ${seed}`, kind)
  const said: string[] = []
  for (let step = 0; step < STEPS; step += 1) {
    const somebody = players[random.below(players.length)] as Player
    const other = players[1 + random.below(players.length - 1)] as Player
    const choice = random.below(10)
    if (choice < 5) {
      if (await isMember(somebody, channelId)) {
        const text = `${seed}.${step} by ${somebody.name}`
        const taken = await attempt(somebody, (person) => person.say(channelId, text))
        // The founder never leaves: what the program took from them has to be in the log in the end.
        if (taken && somebody === founder) said.push(text)
      }
    } else if (choice < 8) {
      await attempt(founder, (person) =>
        person.do('channel.addMembers', { channelId, people: [other.userId] }),
      )
    } else if (choice < 9) {
      await attempt(founder, (person) =>
        person.do('channel.removeMember', { channelId, userId: other.userId }),
      )
    } else {
      await attempt(other, (person) => person.do('channel.leave', { channelId }))
    }
    await pause(random.below(60))
  }
  await pause(100)
  lives.push({ seed, channelId, kind, said })
}

interface Life {
  seed: number
  channelId: ChannelId
  kind: 'public' | 'private'
  said: string[]
}
const lives: Life[] = []

async function createWithPatience(
  founder: Player,
  name: string,
  kind: 'public' | 'private',
): Promise<ChannelId> {
  for (let attempts = 0; ; attempts += 1) {
    try {
      return await founder.person.createChannel(attempts === 0 ? name : `${name} (${attempts})`, kind)
    } catch (error) {
      if (attempts > 20) throw error
      await pause(300)
    }
  }
}

interface Row {
  seq: number
  epoch: number
  generation: number
  sender: string
  clientId: string
  state: string
  head: string
}

function entriesOf(player: Player, channelId: ChannelId): Row[] {
  return player.database
    .all(
      `SELECT seq, epoch, generation, sender_user AS sender, client_id AS clientId, state, hex(head) AS head FROM entry
       WHERE channel_id = ? AND kind = 'message' ORDER BY seq`,
      [channelId],
    )
    .map((row) => ({
      seq: Number(row['seq']),
      epoch: Number(row['epoch']),
      generation: Number(row['generation']),
      sender: String(row['sender']),
      clientId: String(row['clientId']),
      state: String(row['state']),
      head: String(row['head']),
    }))
}

/** Whether somebody had a leaf in an epoch, as the founder, who was there all the time, has it from the commits. */
function wasIn(founder: Player, channelId: ChannelId, userId: UserId, at: Row): boolean {
  const rows = founder.database.all(
    `SELECT added, max(epoch * 2 + added) AS newest FROM leaf_change
     WHERE channel_id = ? AND generation = ? AND user_id = ? AND epoch <= ? GROUP BY device_id`,
    [channelId, at.generation, userId, at.epoch],
  )
  return rows.some((row) => row['added'] === 1)
}

function settled(founder: Player, { channelId }: Life): string | undefined {
  const all = entriesOf(founder, channelId)
  const waiting = founder.database.all('SELECT count(*) AS n FROM outbox WHERE channel_id = ?', [channelId])
  if (Number(waiting[0]?.['n']) > 0) return 'the founder still sends'
  if (all.some((entry) => entry.state !== 'clear')) return 'the founder cannot read everything'
  for (const player of players.slice(1)) {
    const problem = settledFor(founder, player, { channelId }, all)
    if (problem) return `${player.name}: ${problem}`
  }
  return undefined
}

function settledFor(
  founder: Player,
  player: Player,
  { channelId }: Pick<Life, 'channelId'>,
  all: readonly Row[],
): string | undefined {
  const place = player.database.all(
    'SELECT place, seq, outbox.client_id AS sending FROM channel LEFT JOIN outbox USING (channel_id) WHERE channel_id = ?',
    [channelId],
  )[0]
  if (!place || place['place'] === 'none') return undefined
  if (place['place'] !== 'member') return `is ${String(place['place'])}`
  if (place['sending'] !== null) return 'still sends'
  const theirs = new Map(entriesOf(player, channelId).map((entry) => [entry.seq, entry]))
  const due = all.filter((entry) => wasIn(founder, channelId, player.userId, entry))
  const missing = due.filter((entry) => theirs.get(entry.seq)?.state !== 'clear')
  return missing.length > 0 ? `cannot read ${missing.map((entry) => entry.seq).join(', ')}` : undefined
}

/** What must never be, settled or not: something read that was not theirs, a double, another order. */
function violations(founder: Player, life: Life): string[] {
  const found: string[] = []
  const all = entriesOf(founder, life.channelId)
  const ids = all.map((entry) => entry.clientId)
  if (new Set(ids).size !== ids.length) found.push('an entry is there twice')
  const truth = new Map(all.map((entry) => [entry.seq, entry.head]))
  for (const player of players.slice(1)) {
    for (const entry of entriesOf(player, life.channelId)) {
      if (truth.get(entry.seq) !== entry.head) found.push(`${player.name} has another entry ${entry.seq}`)
      const allowed = life.kind === 'public' || wasIn(founder, life.channelId, player.userId, entry)
      if (entry.state === 'clear' && !allowed)
        found.push(`${player.name} reads ${entry.seq}, which is not theirs`)
      if (entry.state === 'bad') found.push(`${player.name} finds ${entry.seq} not genuine`)
    }
  }
  return found
}

/** What the founder's program took from them and is not in the log exactly once. */
async function lost(founder: Player, { channelId, said }: Life): Promise<string[]> {
  const texts = await founder.person.texts(channelId)
  return said.filter((text) => texts.filter((each) => each === text).length !== 1)
}

async function settle(founder: Player, life: Life): Promise<void> {
  const deadline = Date.now() + SETTLE_MS
  for (;;) {
    const problem = settled(founder, life)
    if (problem === undefined) return
    if (Date.now() > deadline) throw new Error(`seed ${life.seed} (${life.kind}): ${problem}`)
    await pause(100)
  }
}

describe('random interleavings', () => {
  it(`LOG-1, EPO-1, ENG-3: over ${SEEDS.length} seeds everybody reads exactly what is theirs, in one order, once`, async () => {
    const founder = players[0] as Player
    const stopTrouble = makeTrouble(randomFrom(0))
    const queue = [...SEEDS]
    const worker = async () => {
      for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) await live(seed)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    await stopTrouble()
    await Promise.all(players.map((player) => player.person.online()))
    const failed: string[] = []
    for (const life of lives) {
      await settle(founder, life).catch((error: unknown) => failed.push(String(error)))
      const missing = await lost(founder, life)
      failed.push(...missing.map((text) => `seed ${life.seed} (${life.kind}): “${text}” is not there once`))
      failed.push(...violations(founder, life).map((each) => `seed ${life.seed} (${life.kind}): ${each}`))
    }
    expect(failed).toEqual([])
    // A run in which hardly anything was said would show nothing.
    const entries = lives.flatMap((life) => entriesOf(founder, life.channelId))
    expect(entries.length).toBeGreaterThan(SEEDS.length)
  }, 480_000)
})
