/**
 * What the engine costs in Node, without a screen: a burst of messages sent, as many missed and caught up, a channel of a hundred
 * thousand opened and jumped about in. Times, and this process's CPU seconds with them. `npm run bench -- engine`, or
 * `npm run bench -- engine send` (`large`) for a part.
 */
import {
  startEngine,
  TransportLost,
  type Database,
  type Params,
  type Place,
  type Result,
  type RunningEngine,
} from '@reforms/client'
import { createNodePorts, openMemoryDatabase } from '@reforms/client/node'
import type { ChannelId } from '@reforms/protocol'
import { startServer, TestPerson } from '@reforms/testkit'
import { describeMachine, figuresOf, print, type Figures } from './figures.ts'

const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 10_000)
const LARGE = Number(process.env['BENCH_LARGE'] ?? 100_000)
/** What a view asks for at first. */
const SHOWN = 60
const WITHIN_MS = 30 * 60_000
const JUMPS = 20

/** Prints what a piece of work took, by the clock and of this process. */
async function measured<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  const [began, before] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  const seconds = ((performance.now() - began) / 1000).toFixed(3)
  process.stdout.write(`${what.padEnd(64)} ${seconds} s, CPU ${((user + system) / 1e6).toFixed(3)} s\n`)
  return result
}

function shows(person: TestPerson, channelId: ChannelId, text: string): Promise<unknown> {
  return person.until(
    'timeline',
    { channelId, limit: SHOWN },
    ({ items }) =>
      items.some((item) => item.kind === 'message' && item.text === text && item.state === 'sent'),
    WITHIN_MS,
  )
}

/** Looks on, as a screen does, and counts what it is told. */
function lookOn(engine: RunningEngine, channelId: ChannelId): () => number {
  let snapshots = 0
  const stops = [
    engine.watch('timeline', { channelId, limit: SHOWN }, () => (snapshots += 1)),
    engine.watch('channels', {}, () => undefined),
    engine.watch('channel', { channelId }, () => undefined),
    engine.watch('connection', {}, () => undefined),
  ]
  return () => {
    for (const stop of stops) stop()
    return snapshots
  }
}

async function sendMany(person: TestPerson, channelId: ChannelId, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await person.say(channelId, `Message ${number}`)
  await shows(person, channelId, `Message ${count}`)
}

async function measureSending(): Promise<Database> {
  const server = await startServer()
  try {
    const options = { serverUrl: server.url, database: openMemoryDatabase() }
    const ana = await TestPerson.register(options, server.setupLink, 'Ana')
    const kept = { serverUrl: server.url, database: openMemoryDatabase() }
    const ben = await TestPerson.register(kept, await ana.invite(), 'Ben')
    const channelId = await ana.createChannel('Ward', 'public')
    await ben.join(channelId)
    await ana.say(channelId, 'Begin')
    await ben.hears(channelId, 'Begin')
    await ben.leave()
    const seen = lookOn(ana.engine, channelId)
    await measured(`${MESSAGES} messages sent, looked at`, () => sendMany(ana, channelId, MESSAGES))
    process.stdout.write(`${seen()} snapshots of the timeline\n`)
    await ana.until('connection', {}, ({ waiting }) => waiting === 0, WITHIN_MS)
    await ana.leave()
    const again = await measured(
      `${MESSAGES} missed messages caught up, from the start to the last`,
      async () => {
        const back = await TestPerson.open(kept)
        lookOn(back.engine, channelId)
        await shows(back, channelId, `Message ${MESSAGES}`)
        return back
      },
    )
    await again.leave()
    return kept.database
  } finally {
    await server.stop()
  }
}

/** Repeats what is in the largest channel until it is as long as that; offline, so that nobody checks its chain. */
function lengthen(database: Database): ChannelId {
  const [channel] = database.all('SELECT channel_id, seq FROM channel ORDER BY seq DESC LIMIT 1')
  const channelId = channel?.['channel_id'] as ChannelId
  const columns = `kind, generation, epoch, sender, sender_user, relates_to, notify, at, payload, payload_hash, head, state, content`
  let length = Number(channel?.['seq'])
  database.transaction(() => {
    while (length < LARGE) {
      database.run(
        `INSERT INTO entry (channel_id, seq, client_id, ${columns})
         SELECT channel_id, seq + ?1, client_id || ?1, ${columns} FROM entry
         WHERE channel_id = ?2 AND kind = 'message' AND seq + ?1 <= ?3`,
        [length, channelId, LARGE],
      )
      const [newest] = database.all('SELECT max(seq) AS seq FROM entry WHERE channel_id = ?', [channelId])
      if (Number(newest?.['seq']) === length) break
      length = Number(newest?.['seq'])
    }
    database.run('UPDATE channel SET seq = ?, server_seq = ? WHERE channel_id = ?', [
      length,
      length,
      channelId,
    ])
    database.run('UPDATE entry SET at = at + seq WHERE channel_id = ?', [channelId])
  })
  return channelId
}

function offline(database: Database) {
  const ports = createNodePorts({ serverUrl: 'http://127.0.0.1:9', database })
  const lost = () => Promise.reject(new TransportLost('there is no server'))
  return {
    ...ports,
    transport: { ...ports.transport, call: lost, open: () => undefined, close: () => undefined },
  }
}

function timelineOf(engine: RunningEngine, params: Params<'timeline'>): Result<'timeline'> {
  const shown: Result<'timeline'>[] = []
  engine.watch('timeline', params, (view) => shown.push(view))()
  return shown[0]!
}

/** Somewhere else each time: what was looked at before is kept. */
function jumpAbout(engine: RunningEngine, channelId: ChannelId, placeOf: (share: number) => Place): Figures {
  const times = Array.from({ length: JUMPS }, (_, jump) => {
    const began = performance.now()
    const around = { ...placeOf((jump + 0.5) / JUMPS), after: SHOWN }
    const { items } = timelineOf(engine, { channelId, limit: SHOWN, around })
    if (items.length < SHOWN) throw new Error('a jump showed too little')
    return performance.now() - began
  })
  return figuresOf(times)
}

async function measureLarge(database: Database): Promise<void> {
  const channelId = lengthen(database)
  const engine = await startEngine(offline(database))
  const open = () => timelineOf(engine, { channelId, limit: SHOWN })
  const opened = await measured(`a channel of ${LARGE} messages opened`, open)
  await measured('the same, opened again', open)
  const [first, last] = [
    timelineOf(engine, { channelId, limit: 1, around: { seq: 1, after: SHOWN } }),
    opened,
  ]
  const [from, to] = [first.items[0]!.at, last.items.at(-1)!.at]
  print(
    'a jump to an entry',
    jumpAbout(engine, channelId, (share) => ({ seq: Math.ceil(share * LARGE) })),
  )
  print(
    'a jump to a time',
    jumpAbout(engine, channelId, (share) => ({ at: from + share * (to - from) })),
  )
  const { heapUsed, external } = process.memoryUsage()
  process.stdout.write(
    `memory: heap ${mib(heapUsed)}, outside of it ${mib(external)} (the database among it)\n`,
  )
  await engine.stop()
}

const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`

process.stdout.write(`${describeMachine()}\n`)
const database = await measureSending()
if (process.argv[2] !== 'send') await measureLarge(database)
