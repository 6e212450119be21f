/** Transactions under load: each has a connection to itself (patches/postgres+3.4.9.patch). */
import type { Sql } from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from './testing.ts'

let database: TestDatabase
let sql: Sql

beforeAll(async () => {
  database = await startTestDatabase({ migrated: false })
  sql = database.sql
}, 60_000)
afterAll(() => database.stop())

/** What postgres.js sends on one connection before it waits; the test database has so many connections. */
const PIPELINE = 100
const CONNECTIONS = 10

test('LOG-5: a transaction shares its connection with no other query, however many wait', async () => {
  await sql`create table note (number integer)`
  // All connections are open, so that each gets its share of what follows.
  await Promise.all(Array.from({ length: CONNECTIONS }, () => sql`select pg_sleep(0.2)`))
  const write = (number: number) =>
    sql.begin(async (transaction) => {
      await transaction`insert into note values (${number})`
      const [row] = await transaction`
        select count(*)::int as count from note where xmin = pg_current_xact_id()::xid`
      return row!['count'] as number
    })
  const asked = Array.from({ length: PIPELINE * CONNECTIONS }, async () => await sql`select 1`)
  // All that is asked is on its way, and each connection is one query from being full.
  await new Promise<void>((resolve) => process.nextTick(resolve))
  const written = Array.from({ length: 2 * CONNECTIONS }, (_, number) => write(number))
  await Promise.all(asked)
  expect(new Set(await Promise.all(written))).toEqual(new Set([1]))
})
