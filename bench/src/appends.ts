/**
 * Durable appends a second: what our server reaches with people who write as fast as they are answered, beside what `pgbench` reaches
 * on the same PostgreSQL, with rows of the same table, that come over the socket in one question, as many in each transaction as our
 * server put there, and over as many connections as it asks at a time. Each writer hears only of their own room, where they are alone:
 * what it costs to deliver to others is measured by `compare`. BENCH_LISTENERS=7 has so many others in each room, all of whom write.
 * Beside it the processor time of an append: of our server and of the database beneath it. Then the log alone, with one writer in each
 * channel, handed its messages within its process, as pgbench has its rows: no socket, no session, and nobody who is told.
 * `npm run bench -- appends`.
 */
import { installedPostgresMajors } from '@reforms/testkit'
import { execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PAYLOAD_BYTES } from './compare/crowd-plan.ts'
import { Load } from './compare/load.ts'
import { cpuMicros } from './compare/process-usage.ts'
import { startReforms } from './compare/reforms.ts'
import { ROUNDS, SECONDS, size } from './compare/sizes.ts'
import { spreadOf } from './compare/summary.ts'
import type { Running } from './compare/system.ts'
import { endProcess, startTypescript } from './compare/typescript-process.ts'
import { describeMachine } from './figures.ts'
import { openDatabase, type Database } from './server-database.ts'

const CHANNELS = size('CHANNELS', 20, 20)
const ROOM_SIZE = 8
const LISTENERS = size('LISTENERS', 0, 0)
/** What a writer who is alone has under way. */
const AT_ONCE = 16
/** Questions for appends that our server has under way at a time (features/asked-together.ts). */
const CONNECTIONS = 2
const OWN_CHANNELS = CHANNELS / CONNECTIONS
const WARM_UP_SECONDS = 5
/** PostgreSQL counts with a delay. */
const COUNTED_AFTER_MS = 1500
/** Linux takes no longer parameter of a program, and a byte is two digits. */
const PAYLOADS_MAX_BYTES = 60_000
/** It runs from source, and is no part of what ships. */
const THE_LOG = new URL('../../apps/server/src/testing-appends.ts', import.meta.url)

/** One transaction, as our server makes it: channels are locked, so many entries are added, their ends are written. */
function script(channels: number, each: number): string {
  const bytes = (from: string, length: number) => `substring(said.payloads from ${from} for ${length})`
  // Of each connection's own, so that none waits for another.
  const chosen = `number / ${OWN_CHANNELS} = :client_id::bigint and number % ${OWN_CHANNELS} < ${channels}`
  const payload = bytes(
    `1 + (added - 1) * ${PAYLOAD_BYTES} % ${PAYLOADS_MAX_BYTES - PAYLOAD_BYTES}`,
    PAYLOAD_BYTES,
  )
  return `
    begin;
    select count(*) from (
      select from channel join bench_channel using (channel_id) where ${chosen} for update of channel) locked;
    with said as materialized (select decode(:payloads::text, 'hex') as payloads)
    insert into log_entry (channel_id, seq, kind, generation, epoch, sender, sender_user, client_id, at, payload,
      payload_hash, head)
    select channel_id, seq + added, 'message', 1, 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1,
      ${payload}, ${bytes('1', 32)}, ${bytes('33', 32)}
      from said, channel join bench_channel using (channel_id), generate_series(1, ${each}) added where ${chosen};
    update channel set seq = seq + ${each} from bench_channel bench
      where channel.channel_id = bench.channel_id and ${chosen};
    commit;`
}

interface Counts {
  /** Each batch writes its channel's row once. */
  readonly batches: number
  readonly transactions: number
}

async function countsOf({ sql }: Database): Promise<Counts> {
  await new Promise((resolve) => setTimeout(resolve, COUNTED_AFTER_MS))
  const [row] = await sql<Counts[]>`
    select (select n_tup_upd::int from pg_stat_user_tables where relname = 'channel') as batches,
      (select count(*)::int from (select distinct xmin::text from log_entry where at > 1) written) as transactions`
  return row!
}

interface Ours {
  readonly perSecond: number
  /** Of an average transaction. */
  readonly channels: number
  readonly each: number
  /** Microseconds for each append. */
  readonly serverCpu: number
  readonly databaseCpu: number
}

interface Written {
  readonly messages: number
  readonly seconds: number
  readonly serverCpu: number
}

type Writing = () => Promise<Written>

function overSockets({ serverPids }: Running, load: Load, seconds = SECONDS): Writing {
  const writers = LISTENERS === 0 ? 1 : 1 + LISTENERS
  const atOnce = LISTENERS === 0 ? AT_ONCE : 1
  return async () => {
    const before = cpuMicros(serverPids())
    const { messages, latency } = await load.obey({ order: 'closed', writers, seconds, atOnce })
    process.stdout.write(`  p50 ${latency.p50.toFixed(1)} ms\n`)
    return { messages, seconds, serverCpu: cpuMicros(serverPids()) - before }
  }
}

function withinTheProcess({ env }: Database, log: ChildProcess): Writing {
  const address = { host: env['PGHOST'], user: env['PGUSER'], password: env['PGPASSWORD'] }
  return async () => {
    log.send({
      address: { ...address, database: env['PGDATABASE'] },
      seconds: SECONDS,
      atOnce: AT_ONCE,
      payloadBytes: PAYLOAD_BYTES,
    })
    const [written] = (await once(log, 'message')) as [Written | { readonly problem: string }]
    if ('problem' in written) throw new Error(written.problem)
    return written
  }
}

async function ourAppends(running: Running, database: Database, write: Writing): Promise<Ours> {
  const before = await countsOf(database)
  const below = cpuMicros(running.databasePids())
  const { messages, seconds, serverCpu } = await write()
  const databaseCpu = cpuMicros(running.databasePids()) - below
  const after = await countsOf(database)
  const [batches, transactions] = [after.batches - before.batches, after.transactions - before.transactions]
  return {
    perSecond: messages / seconds,
    channels: Math.min(OWN_CHANNELS, Math.max(1, Math.round(batches / transactions))),
    each: Math.max(1, Math.round(messages / batches)),
    serverCpu: serverCpu / messages,
    databaseCpu: databaseCpu / messages,
  }
}

function pgbenchAppends({ env, folder }: Database, { channels, each }: Ours): number {
  const file = join(folder, 'append.sql')
  writeFileSync(file, script(channels, each))
  const program = `/usr/lib/postgresql/${installedPostgresMajors()[0]}/bin/pgbench`
  const payloads = '5a'.repeat(Math.min(PAYLOADS_MAX_BYTES, PAYLOAD_BYTES * channels * each + PAYLOAD_BYTES))
  const load = ['-c', `${CONNECTIONS}`, '-j', `${CONNECTIONS}`, '-T', `${SECONDS}`]
  const parameters = ['-n', '-f', file, ...load, '-M', 'prepared', '-D', `payloads=${payloads}`]
  const said = execFileSync(program, parameters, { env: { ...process.env, ...env }, encoding: 'utf8' })
  return Number(/^tps = ([\d.]+)/m.exec(said)?.[1]) * channels * each
}

async function compare(name: string, running: Running, database: Database, write: Writing): Promise<void> {
  process.stdout.write(`${name}\n`)
  const shares: number[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    const ours = await ourAppends(running, database, write)
    const theirs = pgbenchAppends(database, ours)
    shares.push(ours.perSecond / theirs)
    const batching = `${ours.channels} channels with ${ours.each} each in a transaction`
    const figures = `${Math.round(ours.perSecond)} appends/s, ${batching}; pgbench ${Math.round(theirs)}`
    const each = `ours ${ours.serverCpu.toFixed(0)} and database ${ours.databaseCpu.toFixed(0)} µs each`
    process.stdout.write(`  ${figures}: ${Math.round((100 * ours.perSecond) / theirs)} %\n`)
    process.stdout.write(`  ${each}\n`)
  }
  const { median, least, most } = spreadOf(shares.map((share) => Math.round(share * 100)))
  process.stdout.write(`${name}: ${median} % of pgbench (${least} to ${most})\n`)
}

async function compareBoth(running: Running, database: Database): Promise<void> {
  const { target, crowd } = running
  await database.sql`
    create table bench_channel as select channel_id, row_number() over () - 1 as number from channel`
  const load = new Load()
  const who = LISTENERS === 0 ? 'first of each room' : 'everybody'
  await load.obey({ order: 'connect', target, crowd, atOnce: CHANNELS, who })
  await overSockets(running, load, WARM_UP_SECONDS)()
  await compare('the whole server, over sockets', running, database, overSockets(running, load))
  await load.end()
  const log = startTypescript(THE_LOG)
  const write = withinTheProcess(database, log)
  await write()
  await compare('the log alone', running, database, write)
  await endProcess(log)
}

process.stdout.write(`${describeMachine()}; ${CHANNELS} channels, ${1 + LISTENERS} writing in each\n`)
if (installedPostgresMajors().length === 0) {
  process.stdout.write('Skipped: there is no pgbench; Debian’s package postgresql brings it.\n')
} else {
  const { running, dataFolder } = await startReforms({
    people: CHANNELS * ROOM_SIZE,
    roomSize: ROOM_SIZE,
  })
  const database = openDatabase(dataFolder)
  await compareBoth(running, database).finally(async () => {
    await database.sql.end()
    await running.stop()
  })
}
