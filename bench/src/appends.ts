/**
 * Durable appends a second: what our server reaches with people who write as fast as they are answered, beside what `pgbench` reaches
 * on the same PostgreSQL, with the same rows, as many in each transaction as our server put there, and as many connections.
 * `npm run bench -- appends`.
 */
import { installedPostgresMajors } from '@reforms/testkit'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { PAYLOAD_BYTES } from './compare/crowd-plan.ts'
import { Load } from './compare/load.ts'
import { startReforms } from './compare/reforms.ts'
import { ROUNDS, SECONDS, size } from './compare/sizes.ts'
import { spreadOf } from './compare/summary.ts'
import type { Running } from './compare/system.ts'
import { describeMachine } from './figures.ts'

/** As many rooms as our server has connections to its database. */
const CHANNELS = 20
const WRITERS = size('WRITERS', 8, 8)
const USER = 'reforms'
/** PostgreSQL counts with a delay. */
const COUNTED_AFTER_MS = 1500

/** One transaction, as our server makes it: the channel is locked, so many entries are added, its end is written. */
function script(batch: number): string {
  const bytes = (length: number) => `decode(repeat('5a', ${length}), 'hex')`
  return `
    begin;
    select channel_id, seq from channel join bench_channel using (channel_id)
      where number = :client_id::bigint for update of channel \\gset
    insert into log_entry (channel_id, seq, kind, generation, epoch, sender, sender_user, client_id, at, payload,
      payload_hash, head)
    select :channel_id::uuid, :seq::bigint + added, 'message', 1, 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1,
      ${bytes(PAYLOAD_BYTES)}, ${bytes(32)}, ${bytes(32)} from generate_series(1, ${batch}) added;
    update channel set seq = seq + ${batch}, head = ${bytes(32)} where channel_id = :channel_id::uuid;
    commit;`
}

interface Database {
  readonly sql: Sql
  /** For PostgreSQL's own programs. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
}

/** Through the socket that only its owner can reach. */
function openDatabase(dataFolder: string): Database {
  const note = join(dataFolder, 'socket-folder')
  const host = existsSync(note) ? readFileSync(note, 'utf8').trim() : join(dataFolder, 'run')
  const password = readFileSync(join(dataFolder, 'postgres-password'), 'utf8').trim()
  const sql = postgres({ host, user: USER, password, database: USER, max: 1, onnotice: () => undefined })
  const env = { PGHOST: host, PGUSER: USER, PGPASSWORD: password, PGDATABASE: USER }
  return { sql, env, folder: dirname(dataFolder) }
}

/** Each transaction of our server writes its channel's row once. */
async function channelWrites({ sql }: Database): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, COUNTED_AFTER_MS))
  const [row] = await sql<{ count: number }[]>`
    select n_tup_upd::int as count from pg_stat_user_tables where relname = 'channel'`
  return row!.count
}

async function ourAppends(database: Database, load: Load): Promise<{ perSecond: number; batch: number }> {
  const before = await channelWrites(database)
  const { messages, latency } = await load.obey({ order: 'closed', writers: WRITERS, seconds: SECONDS })
  const written = (await channelWrites(database)) - before
  process.stdout.write(`  ours: p50 ${latency.p50.toFixed(1)} ms\n`)
  return { perSecond: messages / SECONDS, batch: Math.max(1, Math.round(messages / written)) }
}

function pgbenchAppends({ env, folder }: Database, batch: number): number {
  const file = join(folder, 'append.sql')
  writeFileSync(file, script(batch))
  const program = `/usr/lib/postgresql/${installedPostgresMajors()[0]}/bin/pgbench`
  const parameters = ['-n', '-f', file, '-c', `${CHANNELS}`, '-j', '2', '-T', `${SECONDS}`, '-M', 'prepared']
  const said = execFileSync(program, parameters, { env: { ...process.env, ...env }, encoding: 'utf8' })
  return Number(/^tps = ([\d.]+)/m.exec(said)?.[1]) * batch
}

async function compare(running: Running, database: Database): Promise<void> {
  const load = new Load()
  const { target, crowd } = running
  await load.obey({ order: 'connect', target, crowd, atOnce: CHANNELS, who: 'everybody' })
  await database.sql`
    create table bench_channel as select channel_id, row_number() over () - 1 as number from channel`
  const shares: number[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { perSecond, batch } = await ourAppends(database, load)
    const theirs = pgbenchAppends(database, batch)
    shares.push(perSecond / theirs)
    const figures = `${Math.round(perSecond)} appends/s, ${batch} in a transaction; pgbench ${Math.round(theirs)}`
    process.stdout.write(`  ${figures}: ${Math.round((100 * perSecond) / theirs)} %\n`)
  }
  const { median, least, most } = spreadOf(shares.map((share) => Math.round(share * 100)))
  process.stdout.write(`${median} % of pgbench (${least} to ${most})\n`)
  await load.end()
}

process.stdout.write(`${describeMachine()}; ${CHANNELS} channels, ${WRITERS} writing in each\n`)
if (installedPostgresMajors().length === 0) {
  process.stdout.write('Skipped: there is no pgbench; Debian’s package postgresql brings it.\n')
} else {
  const { running, dataFolder } = await startReforms({ people: CHANNELS * WRITERS, roomSize: WRITERS })
  const database = openDatabase(dataFolder)
  await compare(running, database).finally(async () => {
    await database.sql.end()
    await running.stop()
  })
}
